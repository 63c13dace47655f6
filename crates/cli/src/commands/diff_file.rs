//! stub
pub(crate) fn run(
    _: &crate::session::Session<'_>,
    _: &crate::args::DiffFileArgs,
) -> Result<crate::output::Answer, crate::error::CommandError> {
    unreachable!()
}
