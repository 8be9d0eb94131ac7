using CsCheck;

namespace SalesOs.Dashboard.Tests.Persistence;

/// <summary>Text that nobody types and somebody sends.</summary>
internal static class OddText
{
    /// <summary>Any UTF-16 at all, half surrogate pairs and noncharacters included; often of the characters that comparisons and spreadsheets stumble over.</summary>
    public static readonly Gen<string> Any = Gen.Frequency(
        (3, Gen.Char[char.MinValue, char.MaxValue]),
        (2, Gen.Char["=+-@＝＋－＠,;|\t\r\n\"' aAßẞΣςσİıǅŉ½ﬁ１\u00A0\u00AD\u0301\u0307\u0345\u1160\u200B\u202E\u3000\u3164\uFEFF\uFFFD\uFFFE\uD800\uDC00\uDB40\uDC20가각"])).Array[0, 24].Select(characters => new string(characters));

    /// <summary>One of each kind, each of which may also come over HTTP.</summary>
    public static readonly IReadOnlyList<string> Some =
    [
        "\uFFFE", "a\uFFFE", "\uFFFF", "\uFDD0", "\U0001FFFE", "\U0010FFFF", "\u200B", "\u202E", "\u2066x", "\uFEFF", "\u00AD", "\u0301", "e\u0301", "\u0345", "ß", "ẞ", "ς", "İ", "ı", "ǅ", "ﷺ", "㌀", "가", "\u1160", "\u3164",
        "\u2800", "１", "\u00A0", "\u3000", "\uE000", "\U000E0041", "😀", "👩\u200D💻", "❤\uFE0F", "%", "_", "\\", "'", "\"", "sk_live_…1l9c", "sk\\_live\\_", "..", "\u2028", "a\u0303\u0327\u0301\u0300",
    ];

    /// <summary>JSON strings, quotes included, that say half of a surrogate pair.</summary>
    public static readonly IReadOnlyList<string> HalfPairs = ["\"\\uD800\"", "\"a\\uDC00b\"", "\"\\uDC00\\uD800\"", "\"\\uD83D\""];
}
