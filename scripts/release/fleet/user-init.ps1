# Run at each sign-in of a user (Intune, a logon script), with the user's rights: signs in to the workspace before Claude
# Desktop asks for a token.
#
#   user-init.ps1 -WorkspaceUrl URL -ProfileName NAME
param(
  [Parameter(Mandatory = $true)][string]$WorkspaceUrl,
  [Parameter(Mandatory = $true)][string]$ProfileName
)
$ErrorActionPreference = 'Stop'
$mortar = Get-Command mortar.exe -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
if (-not $mortar) {
  Write-Error 'mortar is not installed'
  exit 1
}
# Does nothing where the sign-in works already.
& $mortar.Source auth login --host $WorkspaceUrl --profile $ProfileName
exit $LASTEXITCODE
