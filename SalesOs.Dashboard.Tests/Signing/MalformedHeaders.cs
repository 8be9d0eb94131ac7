using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Tests.Signing;

/// <summary>Headers that the grammar forbids, each one step away from a good one, by the name of what is wrong with them.</summary>
public static class MalformedHeaders
{
    private const string Scheme = SignedAuthorization.Scheme;
    private static readonly Vector Known = Vector.All[1];
    private static readonly string Key = Known.ApiKey;
    private static readonly string At = Known.Timestamp;
    private static readonly string Signature = Known.Signature;

    public static string Good => Known.Authorization;

    public static IReadOnlyDictionary<string, string> ByShape { get; } = Shapes().ToDictionary(shape => shape.Name, shape => shape.Header, StringComparer.Ordinal);

    public static TheoryData<string> Names { get; } = [.. ByShape.Keys];

    private static IEnumerable<(string Name, string Header)> Shapes() =>
        [.. Whole(), .. Schemes(), .. Separators(), .. Keys(), .. Timestamps(), .. Signatures(), .. Truncations()];

    private static IEnumerable<(string, string)> Whole() =>
    [
        ("empty", ""),
        ("one space", " "),
        ("scheme alone", Scheme),
        ("scheme and space", Scheme + " "),
        ("credentials alone", $"{Key}:{At}:{Signature}"),
        ("bearer with key", $"Bearer {Key}"),
        ("bearer with older token", "Bearer sk_live_0123456789abcdefghijklmnopqrstuv"),
        ("bearer with the whole", $"Bearer {Key}:{At}:{Signature}"),
        ("basic", "Basic c2tfbGl2ZTpzZWNyZXQ="),
        ("twice, by comma", $"{Good}, {Good}"),
        ("twice, by comma alone", $"{Good},{Good}"),
        ("twice, joined", Good + Good),
        ("leading space", " " + Good),
        ("leading tab", "\t" + Good),
        ("trailing space", Good + " "),
        ("trailing tab", Good + "\t"),
        ("trailing line feed", Good + "\n"),
        ("trailing CRLF", Good + "\r\n"),
        ("trailing NUL", Good + "\0"),
        ("trailing junk", Good + "x"),
        ("trailing colon", Good + ":"),
        ("fourth part", Good + ":1"),
        ("byte order mark before", "\uFEFF" + Good),
        ("zero width space after", Good + "\u200B"),
        ("quoted", $"\"{Good}\""),
        ("256 characters of scheme", Good.PadRight(256, 'a')),
        ("257 characters", Good.PadRight(257, '0')),
        ("10,000 characters", Good.PadRight(10_000, '0')),
        ("as many NULs", new string('\0', Good.Length)),
        ("as many spaces", new string(' ', Good.Length)),
        ("as many colons", new string(':', Good.Length)),
        ("as many lone surrogates", new string('\uD800', Good.Length)),
    ];

    private static IEnumerable<(string, string)> Schemes() =>
    [
        ("scheme in lower case", $"p2s-sign-v1 {Key}:{At}:{Signature}"),
        ("scheme in mixed case", $"P2S-Sign-V1 {Key}:{At}:{Signature}"),
        ("scheme V2", $"P2S-SIGN-V2 {Key}:{At}:{Signature}"),
        ("scheme without version", $"P2S-SIGN {Key}:{At}:{Signature}"),
        ("scheme V10", $"P2S-SIGN-V10 {Key}:{At}:{Signature}"),
        ("scheme with underscores", $"P2S_SIGN_V1 {Key}:{At}:{Signature}"),
        ("scheme with a full-width letter", $"Ｐ2S-SIGN-V1 {Key}:{At}:{Signature}"),
        ("scheme with a Cyrillic letter", $"Р2S-SIGN-V1 {Key}:{At}:{Signature}"),
        ("scheme with a hyphen of Unicode", $"P2S‐SIGN-V1 {Key}:{At}:{Signature}"),
        ("scheme with a soft hyphen", $"P2S-SIGN-V1\u00AD {Key}:{At}:{Signature}"),
        ("scheme with an ignorable NUL", $"P2S-\0SIGN-V1 {Key}:{At}:{Signature}"),
    ];

    private static IEnumerable<(string, string)> Separators() =>
    [
        ("no space", $"{Scheme}{Key}:{At}:{Signature}"),
        ("two spaces", $"{Scheme}  {Key}:{At}:{Signature}"),
        ("tab for space", $"{Scheme}\t{Key}:{At}:{Signature}"),
        ("space and tab", $"{Scheme} \t{Key}:{At}:{Signature}"),
        ("no-break space", $"{Scheme}\u00A0{Key}:{At}:{Signature}"),
        ("ideographic space", $"{Scheme}\u3000{Key}:{At}:{Signature}"),
        ("line feed for space", $"{Scheme}\n{Key}:{At}:{Signature}"),
        ("colon for space", $"{Scheme}:{Key}:{At}:{Signature}"),
        ("space before first colon", $"{Scheme} {Key} :{At}:{Signature}"),
        ("space after first colon", $"{Scheme} {Key}: {At}:{Signature}"),
        ("space before second colon", $"{Scheme} {Key}:{At} :{Signature}"),
        ("space after second colon", $"{Scheme} {Key}:{At}: {Signature}"),
        ("semicolon for first colon", $"{Scheme} {Key};{At}:{Signature}"),
        ("semicolon for second colon", $"{Scheme} {Key}:{At};{Signature}"),
        ("full-width colons", $"{Scheme} {Key}：{At}：{Signature}"),
        ("two colons", $"{Scheme} {Key}::{At}:{Signature}"),
        ("no first colon", $"{Scheme} {Key}{At}:{Signature}"),
        ("no second colon", $"{Scheme} {Key}:{At}{Signature}"),
    ];

    private static IEnumerable<(string, string)> Keys()
    {
        var otherEnvironment = "sk_test_" + Key["sk_live_".Length..];
        var typo = Key[..20] + (Key[20] == 'a' ? 'b' : 'a') + Key[21..];
        return Parts(key => $"{Scheme} {key}:{At}:{Signature}",
        [
            ("no key", ""),
            ("key too short", Key[..^1]),
            ("key too long", Key + "0"),
            ("key of the other environment under this checksum", otherEnvironment),
            ("key with a typo", typo),
            ("key with a wrong checksum", Key[..^7] + "0000000"),
            ("key in upper case", Key.ToUpperInvariant()),
            ("key with another prefix", "sk_prod_" + Key["sk_live_".Length..]),
            ("key with prefix in upper case", "SK_LIVE_" + Key["sk_live_".Length..]),
            ("key with a letter in upper case", Key[..8] + char.ToUpperInvariant('s') + Key[9..]),
            ("key with a colon", Key[..20] + ":" + Key[21..]),
            ("key with a space", Key[..20] + " " + Key[21..]),
            ("key with a NUL", Key[..20] + "\0" + Key[21..]),
            // The same low byte as '0': a checksum over truncated characters would not see the difference.
            ("key with a character whose low byte is right", Key[..20] + (char)(0x100 + Key[20]) + Key[21..]),
            ("a secret for a key", Known.Secret),
            ("the secret's first characters for a key", Known.Secret[..40]),
        ]);
    }

    private static IEnumerable<(string, string)> Timestamps() => Parts(at => $"{Scheme} {Key}:{at}:{Signature}",
    [
        ("no timestamp", ""),
        ("timestamp with minus", "-1750000977"),
        ("timestamp with plus", "+1750000977"),
        ("timestamp with point", "1750000977.0"),
        ("timestamp with comma", "1,750,000,977"),
        ("timestamp with exponent", "175e7"),
        ("timestamp in hex", "0x684f1a91"),
        ("timestamp with a letter", "175000097a"),
        ("timestamp with underscore", "1750_000977"),
        ("timestamp in words", "now"),
        ("timestamp as date", "2025-06-15T15:22:57Z"),
        ("timestamp in parentheses", "(1750000977)"),
        ("timestamp with trailing NUL", "1750000977\0"),
        ("timestamp in Arabic-Indic digits", "١٧٥٠٠٠٠٩٧٧"),
        ("timestamp in Devanagari digits", "१७५००००९७७"),
        ("timestamp in full-width digits", "１７５００００９７７"),
        ("timestamp with a superscript", "175000097²"),
        ("timestamp with mathematical digits", "𝟏𝟕𝟓𝟎𝟎𝟎𝟎𝟗𝟕"),
        ("timestamp of 19 digits", "1750000977000000000"),
        ("timestamp past long", "9223372036854775808"),
        ("timestamp of 40 digits", new string('9', 40)),
        ("timestamp of 19 leading zeros", "0000000001750000977"),
    ]);

    private static IEnumerable<(string, string)> Signatures() => Parts(signature => $"{Scheme} {Key}:{At}:{signature}",
    [
        ("no signature", ""),
        ("signature in upper case", Signature.ToUpperInvariant()),
        ("signature with one digit in upper case", Signature[..^2] + "D2"),
        ("signature too short", Signature[..^1]),
        ("signature a byte too short", Signature[..^2]),
        ("signature too long", Signature + "0"),
        ("signature twice", Signature + Signature),
        ("signature with g", Signature[..^1] + "g"),
        ("signature with 0x", "0x" + Signature[2..]),
        ("signature with a space", Signature[..10] + " " + Signature[11..]),
        ("signature with a hyphen", Signature[..10] + "-" + Signature[11..]),
        ("signature in base64", Convert.ToBase64String(Convert.FromHexString(Signature))),
        ("signature in padded base64", Convert.ToBase64String(Convert.FromHexString(Signature)).PadRight(64, '=')),
        ("signature with full-width digits", Signature[..^1] + "２"),
        ("signature with a character whose low byte is right", Signature[..^1] + (char)(0x100 + Signature[^1])),
    ]);

    private static IEnumerable<(string, string)> Truncations() =>
        from length in Enumerable.Range(1, Good.Length - 1)
        where length is not 11 and not 12
        select ($"first {length} characters", Good[..length]);

    private static IEnumerable<(string, string)> Parts(Func<string, string> header, (string Name, string Part)[] parts) =>
        parts.Select(part => (part.Name, header(part.Part)));
}
