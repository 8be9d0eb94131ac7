using CsCheck;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Tests.ApiKeys;

public class KeyRingTests
{
    [Fact]
    public void Find_AfterRandomPutsAndRemoves_AgreesWithADictionary() =>
        Gen.Select(Gen.Int[0, 199], Gen.Bool).List[0, 3000].Sample(steps =>
        {
            var keys = Enumerable.Range(0, 200).Select(i => CredentialFormat.NewApiKey(test: i % 2 == 0)).ToArray();
            var ring = new KeyRing();
            var model = new Dictionary<string, Guid>(StringComparer.Ordinal);
            foreach (var (which, put) in steps)
            {
                if (put)
                {
                    var id = Guid.NewGuid();
                    ring.Put(Key(keys[which], id, ring.NextOrdinal()));
                    model[keys[which]] = id;
                }
                else
                {
                    ring.Remove(keys[which]);
                    model.Remove(keys[which]);
                }
            }

            ring.Count.ShouldBe(model.Count);
            keys.ShouldAllBe(k => (ring.Find(k) == null ? (Guid?)null : ring.Find(k)!.Id) == (model.ContainsKey(k) ? model[k] : null));
        }, iter: 20);

    [Fact]
    public void Put_InThePlaceOfARevokedKey_IsRefused()
    {
        var ring = new KeyRing();
        var apiKey = CredentialFormat.NewApiKey(test: false);
        ring.Put(Key(apiKey, Guid.NewGuid(), 0, revoked: true));

        Should.Throw<InvalidOperationException>(() => ring.Put(Key(apiKey, Guid.NewGuid(), 0)));

        ring.Find(apiKey)!.Revoked.ShouldBeTrue();
    }

    [Fact]
    public void Find_SameCharactersOtherEnvironment_IsAnotherKey()
    {
        var ring = new KeyRing();
        var live = CredentialFormat.NewApiKey(test: false);
        ring.Put(Key(live, Guid.NewGuid(), 0));
        ring.Find("sk_test_" + live[8..]).ShouldBeNull();
    }

    private static RingKey Key(string apiKey, Guid id, int ordinal, bool revoked = false) => new(apiKey, new byte[32])
    {
        Ordinal = ordinal,
        Id = id,
        TenantId = KeyHouse.Acme,
        Name = "key",
        Scopes = [],
        RateLimit = 1,
        ExpiresAt = long.MaxValue,
        Revoked = revoked,
        SingleUse = false,
        AllowedIps = [],
    };
}
