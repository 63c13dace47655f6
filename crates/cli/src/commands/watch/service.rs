//! The agent as a service of the user: a unit of systemd's, or a property list of launchd's. It is written where the
//! system looks for it at login; nothing is started.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;
use sha2::{Digest as _, Sha256};
use syncline_sync::Workspace;

use crate::args::WatchArgs;
use crate::commands::install_driver::program;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::words::shown;
use crate::output::{Answer, style};
use crate::session::Session;

/// A file of the service manager's, and what starts and stops the service now.
struct Service {
    /// What it is called there.
    name: String,
    file: PathBuf,
    /// A link by which systemd starts it at login; launchd needs none.
    link: Option<PathBuf>,
    start: String,
    stop: String,
}

pub(super) fn install(
    session: &Session<'_>,
    workspace: &Workspace,
    args: &WatchArgs,
) -> Result<Answer, CommandError> {
    let service = Service::of(workspace.root())?;
    let command = command(&program()?, workspace.root(), args)?;
    let text = if cfg!(target_os = "macos") {
        property_list(&service.name, &command)
    } else {
        unit(workspace.root(), &command)
    };
    write(&service.file, &text).map_err(|error| CommandError::file(&service.file, "written", &error))?;
    if let Some(link) = &service.link {
        make_link(&service.file, link).map_err(|error| CommandError::file(link, "made", &error))?;
    }
    let object = || {
        json!({
            "installed": true, "service": service.name, "file": service.file.to_string_lossy(),
            "start": service.start, "stop": service.stop,
        })
    };
    let account = || {
        let file = shown(service.file.display());
        format!("From the next login on this folder is watched: service {}\n  {file}\n", service.name)
    };
    let next = [format!("start it now: `{}`", service.start), format!("and to end it: `{}`", service.stop)];
    Ok(session.account(object, account).notes(session.notes(next.map(style::next_step))))
}

pub(super) fn remove(session: &Session<'_>, workspace: &Workspace) -> Result<Answer, CommandError> {
    let service = Service::of(workspace.root())?;
    let mut removed = false;
    for file in service.link.iter().chain([&service.file]) {
        match fs::remove_file(file) {
            Ok(()) => removed = true,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(CommandError::file(file, "removed", &error)),
        }
    }
    let done = if removed {
        "From the next login on this folder is not watched any more\n"
    } else {
        "Nothing to take out: no service watches this folder\n"
    };
    let next = removed.then(|| style::next_step(format!("end it now: `{}`", service.stop)));
    let object =
        || json!({"installed": false, "changed": removed, "service": service.name, "stop": service.stop});
    Ok(session.account(object, || done.to_owned()).notes(session.notes(next)))
}

impl Service {
    /// The service of one folder: called as the folder is, and by its whole path told from others of that name.
    fn of(root: &Path) -> Result<Self, CommandError> {
        let hash = Sha256::digest(root.as_os_str().as_encoded_bytes());
        let hash = hash.iter().take(4).fold(String::new(), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        });
        let folder: String =
            root.file_name().unwrap_or_default().to_string_lossy().chars().map(plain).collect();
        let home = folder_of("HOME").ok_or_else(|| {
            CommandError::new(Exit::Refused, "there is no home folder to install a service in")
                .hint("set HOME")
        })?;
        Ok(if cfg!(target_os = "macos") {
            Self::of_launchd(format!("org.syncline.watch.{folder}-{hash}"), &home)
        } else {
            let config = folder_of("XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config"));
            Self::of_systemd(format!("syncline-{folder}-{hash}.service"), &config)
        })
    }

    fn of_systemd(name: String, config: &Path) -> Self {
        let folder = config.join("systemd").join("user");
        Self {
            file: folder.join(&name),
            link: Some(folder.join("default.target.wants").join(&name)),
            start: format!("systemctl --user daemon-reload && systemctl --user start {name}"),
            stop: format!("systemctl --user stop {name}"),
            name,
        }
    }

    fn of_launchd(name: String, home: &Path) -> Self {
        let file = home.join("Library").join("LaunchAgents").join(format!("{name}.plist"));
        let shown = file.display();
        Self {
            start: format!("launchctl bootstrap gui/$(id -u) '{shown}'"),
            stop: format!("launchctl bootout gui/$(id -u)/{name}"),
            link: None,
            file,
            name,
        }
    }
}

fn folder_of(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from).filter(|folder| folder.is_absolute())
}

/// A letter that both managers take in a name.
fn plain(letter: char) -> char {
    if letter.is_ascii_alphanumeric() { letter } else { '-' }
}

/// The words of the command that the service runs.
fn command(program: &Path, root: &Path, args: &WatchArgs) -> Result<Vec<String>, CommandError> {
    let text = |path: &Path| {
        path.to_str().map(str::to_owned).ok_or_else(|| {
            let message = format!("a service cannot name {}: its path is no UTF-8", path.display());
            CommandError::new(Exit::Refused, message).hint("use another folder")
        })
    };
    let mut words = vec![text(program)?, "-C".to_owned(), text(root)?, "watch".to_owned()];
    let times = [("--every", args.every), ("--quiet-period", args.quiet_period)];
    words
        .extend(times.into_iter().filter_map(|(name, time)| Some(format!("{name}={}", milliseconds(time?)))));
    words.extend(args.mode.map(|mode| format!("--mode={mode}")));
    Ok(words)
}

fn milliseconds(time: Duration) -> String {
    format!("{}ms", time.as_millis())
}

/// It is waited for at the end, since it syncs a last time then.
fn unit(root: &Path, command: &[String]) -> String {
    let command: Vec<String> = command.iter().map(|word| systemd_word(word)).collect();
    format!(
        "# By `syncline watch --install`; `syncline watch --uninstall` in the folder takes it out again\n\
         [Unit]\n\
         Description=Syncline watches {}\n\
         \n\
         [Service]\n\
         ExecStart={}\n\
         Restart=on-failure\n\
         RestartSec=60\n\
         TimeoutStopSec=120\n\
         \n\
         [Install]\n\
         WantedBy=default.target\n",
        root.to_string_lossy().replace('%', "%%").replace(['\n', '\r'], " "),
        command.join(" ")
    )
}

/// A word in quotes, as systemd.syntax(7) has them; `%` begins a specifier and `$` a variable there.
fn systemd_word(word: &str) -> String {
    let mut out = String::from("\"");
    for letter in word.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '%' | '$' => out.extend([letter, letter]),
            '\n' => out.push_str("\\n"),
            _ => out.push(letter),
        }
    }
    out + "\""
}

fn property_list(name: &str, command: &[String]) -> String {
    let words: String = command.iter().fold(String::new(), |mut out, word| {
        let _ = writeln!(out, "    <string>{}</string>", xml(word));
        out
    });
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <plist version=\"1.0\">\n\
         <dict>\n\
         \x20 <key>Label</key>\n\
         \x20 <string>{}</string>\n\
         \x20 <key>ProgramArguments</key>\n\
         \x20 <array>\n\
         {words}\
         \x20 </array>\n\
         \x20 <key>RunAtLoad</key>\n\
         \x20 <true/>\n\
         \x20 <key>KeepAlive</key>\n\
         \x20 <dict>\n\
         \x20   <key>SuccessfulExit</key>\n\
         \x20   <false/>\n\
         \x20 </dict>\n\
         \x20 <key>ExitTimeOut</key>\n\
         \x20 <integer>120</integer>\n\
         </dict>\n\
         </plist>\n",
        xml(name)
    )
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn write(file: &Path, text: &str) -> io::Result<()> {
    fs::create_dir_all(file.parent().unwrap_or(file))?;
    fs::write(file, text)
}

#[cfg(unix)]
fn make_link(file: &Path, link: &Path) -> io::Result<()> {
    fs::create_dir_all(link.parent().unwrap_or(link))?;
    match fs::remove_file(link) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    std::os::unix::fs::symlink(file, link)
}

#[cfg(not(unix))]
fn make_link(_file: &Path, _link: &Path) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "there is no systemd on this system"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_a_unit_is_taken_as_it_stands() {
        assert_eq!(systemd_word(r#"/a b/"100%" $x\y"#), r#""/a b/\"100%%\" $$x\\y""#);
    }

    #[test]
    fn a_property_list_takes_any_path() {
        let list = property_list("org.syncline.watch.x", &["/a&b/<c>".to_owned()]);
        assert!(list.contains("    <string>/a&amp;b/&lt;c&gt;</string>\n  </array>\n"), "{list}");
    }

    #[test]
    fn each_manager_finds_its_file() {
        let service = Service::of_systemd("x.service".to_owned(), Path::new("/home/ann/.config"));
        assert_eq!(service.file, Path::new("/home/ann/.config/systemd/user/x.service"));
        let service = Service::of_launchd("org.x".to_owned(), Path::new("/Users/ann"));
        assert_eq!(service.file, Path::new("/Users/ann/Library/LaunchAgents/org.x.plist"));
    }
}
