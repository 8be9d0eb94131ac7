using System.Buffers;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using System.Text.Unicode;

namespace SalesOs.Dashboard.Signing;

/// <summary>
/// HMAC-SHA256 (RFC 2104) composed of two SHA-256 calls: SHA-256(key ^ opad || SHA-256(key ^ ipad || message)). It is the platform's hash and only the
/// framing is ours, because the platform's own one-shot HMAC costs nearly twice as much for messages as short as these
/// (docs/performance.md). No heap allocation for messages up to 256 UTF-8 bytes; longer ones borrow from the pool.
/// </summary>
internal static class Hmac
{
    private const int BlockSize = 64;
    private const int OnStack = 256;
    private const byte InnerPad = 0x36;
    private const byte OuterPad = 0x5c;

    /// <summary>Writes 32 bytes to <paramref name="mac"/>, which may be the key's own memory.</summary>
    /// <returns>False, with <paramref name="mac"/> untouched, when the message is ill-formed UTF-16 and so has no UTF-8 form.</returns>
    public static bool TryHash(ReadOnlySpan<byte> key, ReadOnlySpan<char> message, Span<byte> mac)
    {
        Span<byte> small = stackalloc byte[BlockSize + OnStack];
        var status = Utf8.FromUtf16(message, small[BlockSize..], out _, out var written, replaceInvalidSequences: false);
        if (status == OperationStatus.Done)
        {
            Finish(key, small[..(BlockSize + written)], mac);
            return true;
        }

        return status == OperationStatus.DestinationTooSmall && TryHashLong(key, message, mac);
    }

    /// <summary>Writes 32 bytes to <paramref name="mac"/>; <paramref name="message"/> is at most 256 bytes.</summary>
    public static void Hash(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, Span<byte> mac)
    {
        Span<byte> framed = stackalloc byte[BlockSize + OnStack];
        message.CopyTo(framed[BlockSize..]);
        Finish(key, framed[..(BlockSize + message.Length)], mac);
    }

    private static bool TryHashLong(ReadOnlySpan<byte> key, ReadOnlySpan<char> message, Span<byte> mac)
    {
        // A UTF-16 unit takes at most three bytes of UTF-8.
        var rented = ArrayPool<byte>.Shared.Rent(BlockSize + (3 * message.Length));
        try
        {
            var status = Utf8.FromUtf16(message, rented.AsSpan(BlockSize), out _, out var written, replaceInvalidSequences: false);
            if (status != OperationStatus.Done)
            {
                return false;
            }

            Finish(key, rented.AsSpan(0, BlockSize + written), mac);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <param name="framed">A block of room, then the message. The padded key that goes into the room is wiped again.</param>
    private static void Finish(ReadOnlySpan<byte> key, Span<byte> framed, Span<byte> mac)
    {
        Span<byte> outer = stackalloc byte[BlockSize + Digest.Size];
        Span<byte> padded = stackalloc byte[BlockSize];
        padded.Clear();
        if (key.Length > BlockSize)
        {
            Digest.Sha256(key, padded);
        }
        else
        {
            key.CopyTo(padded);
        }

        Xor(padded, InnerPad, framed);
        Xor(padded, OuterPad, outer);
        Digest.Sha256(framed, outer[BlockSize..]);
        Digest.Sha256(outer, mac);
        CryptographicOperations.ZeroMemory(padded);
        CryptographicOperations.ZeroMemory(outer);
        CryptographicOperations.ZeroMemory(framed[..BlockSize]);
    }

    private static void Xor(ReadOnlySpan<byte> padded, byte pad, Span<byte> block)
    {
        var pads = Vector256.Create(pad);
        (Vector256.Create(padded) ^ pads).CopyTo(block);
        (Vector256.Create(padded[Vector256<byte>.Count..]) ^ pads).CopyTo(block[Vector256<byte>.Count..]);
    }
}
