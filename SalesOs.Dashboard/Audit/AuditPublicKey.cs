namespace SalesOs.Dashboard.Audit;

/// <summary>The key that checkpoints and exports are verified with.</summary>
/// <param name="Id">SHA-256 over the SubjectPublicKeyInfo, lowercase hex.</param>
/// <param name="Algorithm"><c>ECDSA-P256-SHA256</c>; signatures are r and s, 64 bytes.</param>
/// <param name="Pem">SubjectPublicKeyInfo as PEM.</param>
public sealed record AuditPublicKey(string Id, string Algorithm, string Pem)
{
    internal static AuditPublicKey Of(AuditSigner signer) => new(signer.KeyId, AuditSigner.Algorithm, signer.PublicKeyPem);
}

/// <summary>A checkpoint as it leaves the program; the signed text is written at <see cref="AuditCheckpoint.SignedText"/>.</summary>
/// <param name="Hash">Of the entry, lowercase hex.</param>
/// <param name="Key"><see cref="AuditPublicKey.Id"/>.</param>
/// <param name="Signature">Lowercase hex.</param>
public sealed record SignedCheckpoint(long Sequence, string Hash, DateTimeOffset At, string Key, string Signature)
{
    internal static SignedCheckpoint Of(AuditCheckpoint c) => new(c.Sequence, Convert.ToHexStringLower(c.Hash), c.At, c.KeyId, Convert.ToHexStringLower(c.Signature));
}

/// <param name="Total">Checkpoints on all pages.</param>
public sealed record CheckpointPage(string Tenant, IReadOnlyList<SignedCheckpoint> Checkpoints, long Total, AuditPublicKey PublicKey);
