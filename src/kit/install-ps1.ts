import { planFor, type ProductPlan } from '#src/kit/install-plan.ts';
import type { KitFacts, KitProduct } from '#src/kit/kit-facts.ts';

/**
 * `install.ps1`, for Windows PowerShell 5.1 and newer. Every text of the catalog stands in a literal string; arguments are handed to the
 * process by the rules that Windows programs take their command line apart with, and no shell reads them. With a byte order mark:
 * PowerShell 5.1 reads names wrong without.
 */
export function installPs1(facts: KitFacts): string {
  const { number, version } = facts.certificate;
  const { plans, others } = planFor(facts, 'windows');
  return `\uFEFF${HEAD}
Write-Output ${quoted(`Deployment Kit of ${number}, version ${version}, for ${facts.account}`)}
${[...plans.map(productSteps), ...others.map(otherStep)].join('\n')}
${FOOT}`;
}

const HEAD = `# Downloads the products of this Deployment Kit, compares each file with its SHA-256, and installs those that match.
# Nothing of a product is installed unless all of its files match. Safe to run again: what is downloaded is kept.
# Run it with: powershell -ExecutionPolicy Bypass -File install.ps1
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
[Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12

$downloads = Join-Path -Path $PSScriptRoot -ChildPath 'downloads'
$script:failed = @()

function Get-Sum([string]$Path) {
    return (Get-FileHash -LiteralPath $Path -Algorithm SHA256).Hash.ToLowerInvariant()
}

# Leaves the file in the folder of downloads when its bytes are the right ones.
function Get-Verified([string]$Url, [string]$Sha256, [string]$Name) {
    $file = Join-Path -Path $downloads -ChildPath $Name
    if ((Test-Path -LiteralPath $file -PathType Leaf) -and ((Get-Sum $file) -eq $Sha256)) { return $file }
    Write-Host "  downloading $Url"
    [void][IO.Directory]::CreateDirectory($downloads)
    $part = "$file.part"
    try {
        $client = New-Object -TypeName System.Net.WebClient
        try { $client.DownloadFile($Url, $part) } finally { $client.Dispose() }
        if ((Get-Sum $part) -ne $Sha256) {
            throw "$Url is not the file that it should be (its SHA-256 differs); nothing of it was installed"
        }
        [IO.File]::Delete($file)
        [IO.File]::Move($part, $file)
    } finally {
        [IO.File]::Delete($part)
    }
    return $file
}

# One argument as Windows programs take their command line apart.
function Format-Argument([string]$Text) {
    if (($Text -ne '') -and ($Text -notmatch '[\\s"]')) { return $Text }
    $escaped = [regex]::Replace($Text, '(\\\\*)"', '$1$1\\"')
    $escaped = [regex]::Replace($escaped, '(\\\\+)$', '$1$1')
    return '"' + $escaped + '"'
}

function Invoke-Installer([string[]]$Command) {
    $start = New-Object -TypeName System.Diagnostics.ProcessStartInfo
    $start.FileName = $Command[0]
    $start.UseShellExecute = $false
    $start.WorkingDirectory = $downloads
    $rest = @($Command | Select-Object -Skip 1 | ForEach-Object { Format-Argument $_ })
    $start.Arguments = [string]::Join(' ', $rest)
    $process = [System.Diagnostics.Process]::Start($start)
    $process.WaitForExit()
    # 3010: installed, and Windows wants a restart.
    if (($process.ExitCode -ne 0) -and ($process.ExitCode -ne 3010)) { throw "its installer ended with $($process.ExitCode)" }
}

function Install-Product([string]$Product, [scriptblock]$Steps) {
    Write-Output $Product
    try {
        & $Steps
        Write-Output '  installed'
    } catch {
        $why = $_.Exception.Message
        Write-Output "  FAILED: $why"
        $script:failed += ($Product + ': ' + $why)
    }
}
`;

const FOOT = `
if ($script:failed.Count -gt 0) {
    Write-Output ''
    Write-Output 'Not installed:'
    foreach ($one in $script:failed) { Write-Output ('  ' + $one) }
    exit 1
}
Write-Output ''
Write-Output 'Done.'
exit 0
`;

function productSteps({ product, files }: ProductPlan): string {
  const fetches = files.map(
    ({ url, sha256, name }, at) =>
      `    $file${at + 1} = Get-Verified ${quoted(url)} ${quoted(sha256)} ${quoted(name)}`,
  );
  const runs = files.map(({ command }, at) => {
    const argumentsOf = command.map((pieces) => {
      const parts = pieces.map((piece) => (piece === null ? `$file${at + 1}` : quoted(piece)));
      return parts.length === 0 ? "''" : `(${parts.join(' + ')})`;
    });
    return `    Invoke-Installer @(${argumentsOf.join(', ')})`;
  });
  return `Install-Product ${quoted(product)} {\n${[...fetches, ...runs].join('\n')}\n}`;
}

function otherStep({ product, console, activationCode }: KitProduct): string {
  const where = console === undefined ? 'nothing to install here' : `a service, at ${console}`;
  return `Write-Output ${quoted(product)}\nWrite-Output ${quoted(`  ${where}; Activation Code ${activationCode}`)}`;
}

/** A literal string: PowerShell takes typographic quotes for straight ones, so all are doubled. */
function quoted(text: string): string {
  return `'${text.replaceAll(/['\u2018\u2019\u201A\u201B]/g, '$&$&')}'`;
}
