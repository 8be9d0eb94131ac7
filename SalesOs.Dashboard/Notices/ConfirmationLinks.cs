using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Notices;

/// <summary>
/// The link with which readers of an e-mail address say that notices may be sent there. Its proof is computed from the address's id and from when it was asked for, under a key
/// of the tenant's: nothing of it is stored, and whoever has it was sent it.
/// </summary>
public sealed class ConfirmationLinks(Vault vault, NoticeLinks links)
{
    /// <summary>After it was asked for.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromDays(7);

    private const string Purpose = "confirm-email";

    /// <summary>In the transaction that asks for a link: a tenant that has made nothing yet has no key of its own.</summary>
    internal Task PrepareAsync(DashboardDbContext db, string tenantId) => vault.DataKeyAsync(db, tenantId);

    /// <summary>Null: the program does not know its own address (<c>Site:Address</c>), or the tenant's data key does not open.</summary>
    internal async Task<Uri?> ToAsync(DashboardDbContext db, NoticeEmail email, CancellationToken cancellationToken) =>
        await ProofOfAsync(db, email, cancellationToken) is { } proof ? links.To($"/notices/confirm/{email.Id}/{proof}") : null;

    internal async Task<bool> HoldsAsync(DashboardDbContext db, NoticeEmail email, string proof, DateTimeOffset now, CancellationToken cancellationToken) =>
        now < email.AskedAt + Lasts
        && await ProofOfAsync(db, email, cancellationToken) is { } right
        && CryptographicOperations.FixedTimeEquals(System.Text.Encoding.UTF8.GetBytes(right), System.Text.Encoding.UTF8.GetBytes(proof));

    private async Task<string?> ProofOfAsync(DashboardDbContext db, NoticeEmail email, CancellationToken cancellationToken)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{email.Id} {email.AskedAt.ToUnixTimeMilliseconds()}");
        return await vault.ProofAsync(db, email.TenantId, Purpose, text, cancellationToken) is { } proof ? Base64Url.EncodeToString(proof) : null;
    }
}
