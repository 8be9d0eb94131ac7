using System.Buffers;
using System.Runtime.InteropServices;

namespace SalesOs.Dashboard.Signing;

/// <summary>
/// What stands in the <c>Authorization</c> header of a signed request: <c>P2S-SIGN-V1 API_KEY:TIMESTAMP:SIGNATURE</c>.
/// The spans are views of the header's text. That the form is right says nothing yet about who signed.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct SignedAuthorization
{
    public const string Scheme = "P2S-SIGN-V1";

    /// <summary>
    /// Digits a timestamp may have. 18 always fit a <see cref="long"/> with room to subtract any other time; leading zeros are taken, since the
    /// text is signed as it came and so each spelling has a signature of its own.
    /// </summary>
    public const int MaxTimestampLength = 18;

    private const int SignatureLength = 2 * SignatureChain.DigestSize;
    private const int KeyAt = 12;
    private const int TimestampAt = KeyAt + CredentialFormat.ApiKeyLength + 1;
    private const int Around = TimestampAt + 1 + SignatureLength;

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    private readonly string header;

    private SignedAuthorization(string header, long seconds)
    {
        this.header = header;
        TimestampSeconds = seconds;
    }

    /// <summary>40 characters whose checksum holds.</summary>
    public ReadOnlySpan<char> ApiKey => header.AsSpan(KeyAt, CredentialFormat.ApiKeyLength);

    /// <summary>The digits as they came; these are what was signed.</summary>
    public ReadOnlySpan<char> Timestamp => header.AsSpan()[TimestampAt..^(SignatureLength + 1)];

    /// <summary>Unix seconds, 0 to 10^18 - 1.</summary>
    public long TimestampSeconds { get; }

    /// <summary>64 lowercase hex digits as they came.</summary>
    public ReadOnlySpan<char> Signature => header.AsSpan()[^SignatureLength..];

    /// <summary>
    /// Parses the header's value. Exactly one space after the scheme and nothing around it, ASCII digits only, lowercase hex only, a key whose prefix,
    /// length and checksum hold. The longest that passes has 136 characters, well within the scheme's 256. Never throws and never allocates.
    /// </summary>
    public static bool TryParse(string header, out SignedAuthorization parsed)
    {
        parsed = default;
        var digits = header.Length - Around;
        if (digits is < 1 or > MaxTimestampLength
            || !header.StartsWith(Scheme, StringComparison.Ordinal)
            || header[KeyAt - 1] != ' '
            || header[TimestampAt - 1] != ':'
            || header[TimestampAt + digits] != ':'
            || !TryReadDigits(header.AsSpan(TimestampAt, digits), out var seconds))
        {
            return false;
        }

        var well = new SignedAuthorization(header, seconds);
        if (well.Signature.ContainsAnyExcept(LowerHex) || !CredentialFormat.IsApiKey(well.ApiKey))
        {
            return false;
        }

        parsed = well;
        return true;
    }

    /// <summary>Decodes the signature to 32 raw bytes.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than 32 bytes, or this was not parsed.</exception>
    public void CopySignatureTo(Span<byte> destination)
    {
        if (Convert.FromHexString(Signature, destination, out _, out var written) != OperationStatus.Done || written != SignatureChain.DigestSize)
        {
            throw new ArgumentException("Needs a parsed header and room for 32 bytes.", nameof(destination));
        }
    }

    // long.TryParse won't do: it takes trailing NULs whatever its styles.
    private static bool TryReadDigits(ReadOnlySpan<char> digits, out long value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit(digit))
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return true;
    }
}
