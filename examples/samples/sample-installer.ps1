# A sample, shipped with Chancery's example catalog: it stands where a vendor's installer would be, and installs nothing.
param(
    [Parameter(Mandatory = $true)][string]$Product,
    [Parameter(Mandatory = $true)][string]$ActivationCode
)

$prefix = $ActivationCode.Substring(0, 2)
$last = $ActivationCode.Substring($ActivationCode.Length - 4)
Write-Output "  sample installer: $Product would be installed and activated with $prefix-...-$last"
