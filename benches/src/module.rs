//! The PowerShell module: what its import and the first call into the library add to a bare PowerShell.

use crate::measure::Program;
use crate::result::{Benchmark, Contender, Ratio};
use crate::{Fault, Result, machine, say};
use camino::{Utf8Path, Utf8PathBuf};

/// Measures `processes` fresh processes of each kind; or says in words why not.
pub fn run(processes: u32) -> Result<std::result::Result<Benchmark, String>> {
    let shell = match std::env::var("TSM_PWSH") {
        Ok(named) if named == "none" => return Ok(Err("PowerShell: TSM_PWSH says that there is none".to_owned())),
        Ok(named) if !named.is_empty() => named,
        _ if machine::has("pwsh") => "pwsh".to_owned(),
        _ => return Ok(Err("PowerShell: no pwsh in PATH, no TSM_PWSH".to_owned())),
    };
    let module = module();
    if !module.join("TaskSequenceMedia.psd1").is_file() {
        return Ok(Err(format!("PowerShell: there is no module at '{module}' (build it, or set TSM_MODULE_PATH)")));
    }
    say(format!("\nPowerShell: {processes} fresh processes of each kind"));
    measure(&shell, &module, processes).map(Ok)
}

/// The module that was built, or the one that is named.
fn module() -> Utf8PathBuf {
    let named = std::env::var("TSM_MODULE_PATH").ok().filter(|path| !path.is_empty());
    named.map_or_else(|| Utf8PathBuf::from("target/module/TaskSequenceMedia"), Utf8PathBuf::from)
}

fn measure(shell: &str, module: &Utf8Path, processes: u32) -> Result<Benchmark> {
    let path = camino::absolute_utf8(module).map_err(Fault::because(format!("'{module}' is no path")))?;
    let import = format!("$ErrorActionPreference = 'Stop'; $m = Import-Module -PassThru -Name '{path}'");
    // The first call binds the library, loads it, and asks it for its version.
    let call = format!("{import}; $null = & $m {{ Get-TsmNative }}");
    let mut kinds = [
        (Contender::new("bare PowerShell"), "$null = 1".to_owned()),
        (Contender::ours("with the module imported"), import),
        (Contender::ours("and the library called"), call),
    ];
    for _ in 0..processes {
        for (contender, script) in &mut kinds {
            let arguments = ["-NoProfile", "-NonInteractive", "-Command", script.as_str()];
            contender.runs.push(Program::new(shell, arguments).measure()?);
        }
    }
    let [bare, imported, called] = kinds.map(|(contender, _)| contender);
    let ratios = vec![
        Ratio::of("imported / bare", &imported.seconds(), &bare.seconds(), None),
        Ratio::of("called / bare", &called.seconds(), &bare.seconds(), None),
    ];
    Ok(Benchmark {
        id: "module".to_owned(),
        title: format!("PowerShell: start to end of a fresh process, {processes} times"),
        contenders: vec![bare, imported, called],
        ratios,
    })
}
