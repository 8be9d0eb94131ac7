using System.Globalization;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Benchmarks;

/// <summary>Looks for a leaked secret among many keys of one tenant: one's own, and one of another tenant, in turns.</summary>
internal static class SecretRun
{
    private const int Keys = 100_000;
    private const int Rounds = 41;
    private const string Tenant = "11111111-1111-4111-8111-111111111111";

    public static void Print(TextWriter output)
    {
        var ring = new KeyRing();
        for (var i = 0; i < Keys - 1; i++)
        {
            Put(ring, CredentialFormat.NewSecret(test: false), Tenant);
        }

        var (own, foreign) = (CredentialFormat.NewSecret(test: false), CredentialFormat.NewSecret(test: false));
        Put(ring, own, Tenant);
        Put(ring, foreign, "22222222-2222-4222-8222-222222222222");
        var (found, missed) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            found.Add(Turns.MicrosecondsOf(1, _ => Look(ring, own, expected: true)) / 1000);
            missed.Add(Turns.MicrosecondsOf(1, _ => Look(ring, foreign, expected: false)) / 1000);
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"a secret among {Keys} keys: found in {Turns.Median(found):F0} ms, 95 of 100 within {Turns.Quantile(found, 0.95):F0}; one of another tenant missed in {Turns.Median(missed):F0} ms, 95 of 100 within {Turns.Quantile(missed, 0.95):F0}"));
    }

    private static void Look(KeyRing ring, string secret, bool expected)
    {
        if (ring.FindBySecret(secret, Tenant) is not null != expected)
        {
            throw new InvalidOperationException("It finds what it should not, so its time would mean nothing.");
        }
    }

    private static void Put(KeyRing ring, string secret, string tenant)
    {
        var apiKey = CredentialFormat.NewApiKey(test: false);
        var k1 = new byte[SignatureChain.DigestSize];
        SignatureChain.DeriveK1(secret, apiKey, k1);
        ring.Put(new RingKey(apiKey, k1)
        {
            Version = 1,
            Ordinal = ring.NextOrdinal(),
            Id = Guid.CreateVersion7(),
            TenantId = tenant,
            Name = "",
            Scopes = [],
            RateLimit = 1,
            ExpiresAt = long.MaxValue,
            Revoked = false,
            SingleUse = false,
            AllowedIps = [],
        });
    }
}
