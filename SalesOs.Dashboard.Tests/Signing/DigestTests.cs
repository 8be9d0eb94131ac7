using System.Security.Cryptography;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Tests.Signing;

/// <summary>Both ways to a digest give SHA-256, and nothing but its 32 bytes is written.</summary>
public class DigestTests
{
    private delegate void Hash(ReadOnlySpan<byte> message, Span<byte> digest);

    [Fact]
    public void Digest_OfEveryLength_IsThatOfThePlatform()
    {
        for (var length = 0; length <= OpenSslDigest.MaxLength + 70; length++)
        {
            var message = RandomNumberGenerator.GetBytes(length);
            Of(Digest.Sha256, message).ShouldBe(SHA256.HashData(message), $"{length} bytes");
            Of(Digest.ByPlatform, message).ShouldBe(SHA256.HashData(message), $"{length} bytes, by the platform");
        }
    }

    [Fact]
    public void Digest_OverItsOwnMessage_IsTheSame()
    {
        byte[] message = [.. RandomNumberGenerator.GetBytes(96)];
        var expected = SHA256.HashData(message);
        Digest.Sha256(message, message);
        message[..Digest.Size].ShouldBe(expected);
    }

    [Fact]
    public void Digest_IntoTooLittleRoom_IsRefused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => Digest.Sha256([1, 2, 3], new byte[Digest.Size - 1]));

    [Fact]
    public async Task Digests_OfManyThreads_DoNotMix()
    {
        var messages = Enumerable.Range(0, 8).Select(n => RandomNumberGenerator.GetBytes(40 * n)).ToArray();
        var wrong = await Task.WhenAll(messages.Select(message => Task.Run(() =>
            Enumerable.Range(0, 20_000).Count(_ => !Of(Digest.Sha256, message).AsSpan().SequenceEqual(SHA256.HashData(message))))));
        wrong.ShouldAllBe(count => count == 0);
    }

    /// <summary>Without it the suite would try the platform's way twice and nobody would see that each request costs two microseconds more.</summary>
    [Fact]
    public void OpenSsl_OnLinux_IsUsed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "OpenSSL is called on Linux alone.");
        OpenSslDigest.IsAvailable.ShouldBeTrue();
    }

    private static byte[] Of(Hash hash, byte[] message)
    {
        var room = new byte[Digest.Size + 16];
        hash(message, room);
        room[Digest.Size..].ShouldAllBe(rest => rest == 0);
        return room[..Digest.Size];
    }
}
