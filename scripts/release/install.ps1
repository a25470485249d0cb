<#
Installs mortar @VERSION@ for the person who runs this, below %LOCALAPPDATA%\Programs\mortar; asks for no more rights.
It checks the archive's checksum, and the release's signature where minisign is installed, before anything is unpacked.
Works in Windows PowerShell 5.1 and PowerShell 7. With parameters, without saving it first:
  & ([scriptblock]::Create((irm ADDRESS-OF-THIS-FILE))) -OldNames
#>
param(
    # Install below this folder; the program goes into its bin.
    [string]$Prefix = $env:MORTAR_INSTALL_PREFIX,
    [string]$Version = $env:MORTAR_INSTALL_VERSION,
    # Take the release's files from this address (a mirror).
    [string]$Base = $env:MORTAR_INSTALL_BASE,
    # Also answer to databricks-claude, -codex, -opencode and -agents.
    [switch]$OldNames,
    # Fail where the signature cannot be checked.
    [switch]$RequireSignature,
    # Put the program's folder on your PATH.
    [switch]$AddToPath,
    # Take away what was installed; your settings stay.
    [switch]$Uninstall
)

$DefaultVersion = '@VERSION@'
$DefaultBase = '@BASE@'
$Keys = '@KEYS@'
$Helper = 'databricks-claude-credential-helper'
$OldNameList = @('databricks-claude', 'databricks-codex', 'databricks-opencode', 'databricks-agents')

function Get-Target {
    $machine = $env:PROCESSOR_ARCHITEW6432
    if (-not $machine) { $machine = $env:PROCESSOR_ARCHITECTURE }
    switch ($machine) {
        'AMD64' { return 'windows-x64' }
        'ARM64' { return 'windows-arm64' }
        default { throw "there is no mortar for $machine" }
    }
}

function Get-ReleaseFile([string]$Name, [string]$Folder) {
    $url = "$script:BaseUrl/$Name"
    if ($url -notmatch '^(https://|http://(127\.0\.0\.1|localhost):)') { throw "$url is not an https address" }
    try {
        Invoke-WebRequest -UseBasicParsing -Uri $url -OutFile (Join-Path $Folder $Name) -TimeoutSec 1800
    } catch {
        throw "cannot fetch ${url}: $($_.Exception.Message)"
    }
}

# The comment that the signature covers must name the version: else an older release could be served as a newer one.
function Test-Signature([string]$Folder, [string]$Wanted) {
    if (-not $Keys) {
        if ($RequireSignature) { throw 'this release is not signed' }
        Write-Warning 'this release is not signed'
        return
    }
    $minisign = Get-Command minisign -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
    if (-not $minisign) {
        if ($RequireSignature) { throw 'the signature cannot be checked: install minisign (scoop install minisign)' }
        Write-Warning 'the signature was not checked (minisign is not installed), only the checksum'
        return
    }
    $sums = Join-Path $Folder 'SHA256SUMS'
    foreach ($key in $Keys.Split(' ')) {
        $comment = & $minisign.Source -V -Q -P $key -m $sums -x "$sums.minisig" 2>$null
        if ($LASTEXITCODE -eq 0) {
            if ("$comment" -ne "mortar $Wanted") { throw "the signature is for another version: $comment" }
            return
        }
    }
    throw "the release's signature is wrong; nothing was installed"
}

function Get-ExpectedHash([string]$Folder, [string]$Archive) {
    foreach ($line in Get-Content (Join-Path $Folder 'SHA256SUMS')) {
        if ($line -notmatch '^([0-9a-f]{64})  ([\w.-]+)$') {
            throw 'SHA256SUMS is no list of checksums: something else answered in the release''s place'
        }
        if ($Matches[2] -eq $Archive) { return $Matches[1] }
    }
    throw "this version has no archive $Archive"
}

# A program that runs can be renamed, not replaced. What was moved aside goes when nothing runs it any more.
function Move-Aside([string]$Path) {
    if (-not (Test-Path -LiteralPath $Path)) { return }
    $aside = Join-Path (Split-Path $Path) ('.mortar-{0}.old.exe' -f [guid]::NewGuid().ToString('N').Substring(0, 12))
    Move-Item -LiteralPath $Path -Destination $aside
    Remove-Item -LiteralPath $aside -Force -ErrorAction SilentlyContinue
}

function Install-Mortar {
    $target = Get-Target
    $archive = "mortar-$Version-$target.zip"
    $folder = Join-Path ([IO.Path]::GetTempPath()) ('mortar-install-' + [guid]::NewGuid().ToString('N'))
    New-Item -ItemType Directory -Path $folder | Out-Null
    try {
        Write-Host "Fetching mortar $Version for $target"
        Get-ReleaseFile 'SHA256SUMS' $folder
        if ($Keys) { Get-ReleaseFile 'SHA256SUMS.minisig' $folder }
        Test-Signature $folder $Version
        $expected = Get-ExpectedHash $folder $archive
        Get-ReleaseFile $archive $folder
        $found = (Get-FileHash -Algorithm SHA256 -LiteralPath (Join-Path $folder $archive)).Hash.ToLowerInvariant()
        if ($found -ne $expected) { throw "$archive does not have the checksum of its release; nothing was installed" }
        Expand-Archive -LiteralPath (Join-Path $folder $archive) -DestinationPath $folder
        $unpacked = Join-Path $folder "mortar-$Version-$target"
        $says = & (Join-Path $unpacked 'mortar.exe') --version
        if ("$says" -ne "mortar $Version") { throw "mortar $Version does not run on this machine; nothing was installed" }
        Copy-Files $unpacked
    } finally {
        Remove-Item -LiteralPath $folder -Recurse -Force -ErrorAction SilentlyContinue
    }
}

function Copy-Files([string]$Unpacked) {
    $bin = Join-Path $Prefix 'bin'
    $share = Join-Path $Prefix 'share\mortar'
    $program = Join-Path $bin 'mortar.exe'
    New-Item -ItemType Directory -Force -Path $bin, $share | Out-Null
    $receipt = @('mortar-install 1', 'program bin/mortar.exe')
    $links = @($Helper)
    # Once asked for, the old names stay from one install to the next.
    $before = if (Test-Path -LiteralPath "$share\receipt") { Get-Content -LiteralPath "$share\receipt" } else { @() }
    foreach ($name in $OldNameList) { if ($OldNames -or ($before -contains "link bin/$name.exe")) { $links += $name } }
    Move-Aside $program
    Copy-Item -LiteralPath (Join-Path $Unpacked 'mortar.exe') -Destination $program
    foreach ($name in $links) {
        $path = Join-Path $bin "$name.exe"
        if ((Test-Path -LiteralPath $path) -and ($before -notcontains "link bin/$name.exe")) {
            Write-Warning "$path is another program and stays; remove it and run this again to have mortar answer to it"
            continue
        }
        Move-Aside $path
        New-Item -ItemType HardLink -Path $path -Target $program | Out-Null
        $receipt += "link bin/$name.exe"
    }
    foreach ($file in 'LICENSE', 'THIRD_PARTY_NOTICES', 'completions/mortar.ps1') {
        $source = Join-Path $Unpacked $file
        if (-not (Test-Path -LiteralPath $source)) { continue }
        $leaf = Split-Path $file -Leaf
        Copy-Item -LiteralPath $source -Destination (Join-Path $share $leaf) -Force
        $receipt += "file share/mortar/$leaf $file"
    }
    [IO.File]::WriteAllText("$share\receipt", (($receipt -join "`n") + "`n"))
    Write-Host "Installed mortar ${Version}: $program"
    $paths = [Environment]::GetEnvironmentVariable('Path', 'User')
    if (($paths -split ';') -contains $bin) { return }
    if ($AddToPath) {
        [Environment]::SetEnvironmentVariable('Path', (@($paths, $bin) | Where-Object { $_ }) -join ';', 'User')
        Write-Host "$bin is on your PATH from the next window on"
    } else {
        Write-Host "$bin is not on your PATH. To put it there, run this again with -AddToPath"
    }
}

function Uninstall-Mortar {
    $receipt = Join-Path $Prefix 'share\mortar\receipt'
    if (-not (Test-Path -LiteralPath $receipt)) { throw "nothing that this script installed is below $Prefix" }
    $lines = Get-Content -LiteralPath $receipt
    if ($lines[0] -ne 'mortar-install 1') { throw "$receipt is not a receipt of this script" }
    foreach ($line in $lines | Select-Object -Skip 1) {
        $kind, $path = $line.Split(' ')[0, 1]
        # Nothing outside the prefix is ours, whatever the receipt says.
        if ((-not $path) -or ($path -notmatch '^\w[\w./-]*$') -or ($path -match '\.\.')) { continue }
        $full = Join-Path $Prefix ($path -replace '/', '\')
        if ($kind -eq 'program' -or $kind -eq 'link') { Move-Aside $full }
        if ($kind -eq 'file') { Remove-Item -LiteralPath $full -Force -ErrorAction SilentlyContinue }
    }
    $bin = Join-Path $Prefix 'bin'
    Get-ChildItem -LiteralPath $bin -Force -ErrorAction SilentlyContinue |
        Where-Object { $_.Name -match '^(mortar\.previous-[0-9a-f]{8}|\.mortar-[0-9a-f]{12}\.old)\.exe$' } |
        Remove-Item -Force -ErrorAction SilentlyContinue
    Remove-Item -LiteralPath $receipt -Force
    foreach ($folder in 'share\mortar', 'share', 'bin', '') {
        $full = Join-Path $Prefix $folder
        $isEmpty = (Test-Path -LiteralPath $full) -and -not (Get-ChildItem -LiteralPath $full -Force | Select-Object -First 1)
        if ($isEmpty) { Remove-Item -LiteralPath $full -Force }
    }
    $paths = [Environment]::GetEnvironmentVariable('Path', 'User')
    if (($paths -split ';') -contains $bin) {
        [Environment]::SetEnvironmentVariable('Path', (($paths -split ';') | Where-Object { $_ -ne $bin }) -join ';', 'User')
    }
    Write-Host "Removed mortar from $Prefix. Your settings and sign-ins stay."
}

$ErrorActionPreference = 'Stop'
# The progress bar makes downloads in Windows PowerShell many times slower.
$ProgressPreference = 'SilentlyContinue'
[Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
if (-not $Prefix) { $Prefix = Join-Path $env:LOCALAPPDATA 'Programs\mortar' }
if (-not $Version) { $Version = $DefaultVersion }
$Version = $Version -replace '^v', ''
if ($Version -notmatch '^[0-9A-Za-z.-]+$') { throw "this is not a version: $Version" }
if (-not $Base) { $Base = $DefaultBase -replace '\{version\}', $Version }
$BaseUrl = $Base.TrimEnd('/')
if ($Uninstall) { Uninstall-Mortar } else { Install-Mortar }
