//! stub
pub(crate) fn run(
    _: &crate::args::MergeFileArgs,
) -> Result<crate::output::Answer, crate::error::CommandError> {
    unreachable!()
}
