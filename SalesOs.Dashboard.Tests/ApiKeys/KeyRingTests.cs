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
    public void PutAndRenew_AnOlderVersion_LeaveTheNewerOne()
    {
        var ring = new KeyRing();
        var apiKey = CredentialFormat.NewApiKey(test: false);
        ring.Put(Key(apiKey, Guid.NewGuid(), 0, version: 3, revoked: true));

        ring.Put(Key(apiKey, Guid.NewGuid(), 0, version: 2));
        ring.Renew(Key(apiKey, Guid.NewGuid(), 0, version: 2));

        ring.Find(apiKey)!.Revoked.ShouldBeTrue();
    }

    [Fact]
    public void Renew_AKeyThatIsGone_DoesNotBringItBack()
    {
        var ring = new KeyRing();
        var key = Key(CredentialFormat.NewApiKey(test: false), Guid.NewGuid(), 0);
        ring.Put(key);
        ring.Remove(key.ApiKey);

        ring.Renew(Key(key.ApiKey, key.Id, 0, version: 2));

        ring.Find(key.ApiKey).ShouldBeNull();
    }

    [Fact]
    public void PutAndRenew_FromManyThreads_LeaveTheNewest()
    {
        var ring = new KeyRing();
        var apiKey = CredentialFormat.NewApiKey(test: false);
        var id = Guid.NewGuid();
        ring.Put(Key(apiKey, id, 0));

        Parallel.ForEach(Enumerable.Range(1, 20_000).Shuffle(), version =>
        {
            var key = Key(apiKey, id, 0, version);
            if (version % 2 == 0)
            {
                ring.Put(key);
            }
            else
            {
                ring.Renew(key);
            }
        });

        ring.Find(apiKey)!.Version.ShouldBe(20_000);
    }

    [Fact]
    public void Find_SameCharactersOtherEnvironment_IsAnotherKey()
    {
        var ring = new KeyRing();
        var live = CredentialFormat.NewApiKey(test: false);
        ring.Put(Key(live, Guid.NewGuid(), 0));
        ring.Find("sk_test_" + live[8..]).ShouldBeNull();
    }

    /// <summary>A search that ended at the first key that it finds would tell by its time whether there is one, and where.</summary>
    [Fact]
    public void FindBySecret_OfSeveralKeysThatHaveIt_IsTheLastSinceEveryKeyIsLookedAt()
    {
        var secret = CredentialFormat.NewSecret(test: false);
        var keys = Enumerable.Range(0, 5).Select(ordinal =>
        {
            var apiKey = CredentialFormat.NewApiKey(test: false);
            var k1 = new byte[SignatureChain.DigestSize];
            SignatureChain.DeriveK1(secret, apiKey, k1);
            return Key(apiKey, Guid.NewGuid(), ordinal, k1: k1);
        }).ToArray();

        KeyRing.FindBySecret(keys, secret, KeyHouse.Acme).ShouldBe(keys[^1]);
        KeyRing.FindBySecret(keys, secret, KeyHouse.Beta).ShouldBeNull();
    }

    private static RingKey Key(string apiKey, Guid id, int ordinal, int version = 1, bool revoked = false, byte[]? k1 = null) => new(apiKey, k1 ?? new byte[SignatureChain.DigestSize])
    {
        Version = version,
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
