namespace SalesOs.Dashboard.Audit;

/// <summary>What is recorded, by name. The names are part of the exported log: they are added to, never changed.</summary>
public static class AuditActions
{
    public const string KeyCreated = "key.created";
    public const string KeyEdited = "key.edited";
    public const string KeyRevoked = "key.revoked";
    public const string KeyRotated = "key.rotated";
    public const string KeyDeleted = "key.deleted";
    public const string KeyExpired = "key.expired";
    public const string SignedIn = "session.signed_in";
    public const string SignedOut = "session.signed_out";
    public const string SignInRefused = "session.refused";

    public static IReadOnlyList<string> All { get; } = [.. typeof(AuditActions).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!)];
}
