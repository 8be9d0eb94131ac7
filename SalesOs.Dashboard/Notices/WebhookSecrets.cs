using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Notices;

/// <summary>Seals what webhooks are signed with under the tenant's data key (guarantee S2), so that a change of the master key covers it.</summary>
public sealed class WebhookSecrets(Vault vault)
{
    private const string Purpose = "webhook-secret";

    internal Task<byte[]> SealAsync(DashboardDbContext db, WebhookEndpoint endpoint, byte[] secret) => SealAsync(db, endpoint.TenantId, endpoint.Id, secret);

    internal Task<byte[]> SealAsync(DashboardDbContext db, string tenantId, Guid endpoint, byte[] secret) => vault.SealAsync(db, tenantId, Purpose, endpoint, secret);

    /// <summary>The secret, and while it is replaced the one before; empty when the secret does not open.</summary>
    internal async Task<IReadOnlyList<byte[]>> OpenAsync(DashboardDbContext db, WebhookEndpoint endpoint, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await vault.OpenAsync(db, endpoint.TenantId, Purpose, endpoint.Id, endpoint.SealedSecret, cancellationToken) is not { } secret)
        {
            return [];
        }

        return endpoint.SealedPrevious is { } before && endpoint.PreviousUntil > now
            && await vault.OpenAsync(db, endpoint.TenantId, Purpose, endpoint.Id, before, cancellationToken) is { } previous ? [secret, previous] : [secret];
    }
}
