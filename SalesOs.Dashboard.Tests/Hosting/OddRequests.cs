using System.Globalization;
using System.Text;

namespace SalesOs.Dashboard.Tests.Hosting;

/// <summary>What a stranger may send anywhere: broken forms, odd characters, odd Host values and odd headers.</summary>
internal static class OddRequests
{
    private const string UrlEncoded = "application/x-www-form-urlencoded";
    private const string Multipart = "multipart/form-data; boundary=x";

    /// <summary>Content type and body; what is not a form at all is among them.</summary>
    public static readonly (string ContentType, byte[] Body)[] Forms =
    [
        ("multipart/form-data", Bytes("x")),
        ("multipart/form-data", []),
        ("multipart/form-data; boundary=", Bytes("x")),
        ("multipart/form-data; boundary=\"\"", Bytes("x")),
        ("multipart/form-data; boundary=\"x", Bytes("--x--")),
        ("multipart/form-data; boundary=x; charset=nothing", Part("a", "b")),
        ("multipart/form-data; boundary=" + new string('b', 300), Bytes("x")),
        (Multipart, []),
        (Multipart, Bytes("x")),
        (Multipart, Bytes("--x")),
        (Multipart, Bytes("--x\r\n")),
        (Multipart, Bytes("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb")),
        (Multipart, Bytes("--x\r\nno colon\r\n\r\nb\r\n--x--\r\n")),
        (Multipart, Bytes("--x\r\nContent-Disposition: form-data\r\n\r\nb\r\n--x--\r\n")),
        (Multipart, Bytes("--x\r\nContent-Disposition: ;;;\r\n\r\nb\r\n--x--\r\n")),
        (Multipart, Bytes($"--x\r\nX: {new string('h', 40_000)}\r\n\r\nb\r\n--x--\r\n")),
        (Multipart, Bytes($"--x\r\n{string.Concat(Enumerable.Range(0, 40).Select(i => $"X-{i}: h\r\n"))}\r\nb\r\n--x--\r\n")),
        (Multipart, Bytes("--x\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n+AGE-\r\n--x--\r\n")),
        (Multipart, Bytes("--x\r\nContent-Disposition: form-data; name=\"a\"; filename=\"../../a\0\"\r\nContent-Type: \0\r\n\r\nb\r\n--x--\r\n")),
        (Multipart, Bytes("--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\n\r\n--y--\r\n--x--\r\n")),
        (Multipart, [.. Enumerable.Range(0, 2000).SelectMany(_ => Bytes("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n")), .. Bytes("--x--\r\n")]),
        (Multipart, Part("a", new string('b', 200_000))),
        (Multipart, Part("__RequestVerificationToken", "CfDJ8 not a token")),
        (UrlEncoded, []),
        (UrlEncoded, Bytes(string.Join('&', Enumerable.Range(0, 1025).Select(i => $"f{i}=v")))),
        (UrlEncoded, Bytes(string.Join('&', Enumerable.Repeat("f=v", 1025)))),
        (UrlEncoded, Bytes(new string('&', 3000))),
        (UrlEncoded, Bytes(new string('k', 5000) + "=v")),
        (UrlEncoded, Bytes("logout_token=" + new string('v', 100_000))),
        (UrlEncoded, Bytes("a=" + new string('v', 400_000))),
        (UrlEncoded, Bytes("a=%&%ZZ=%F&%00=%FF%FE&=&%ED%A0%80=%C0%80")),
        (UrlEncoded, Bytes("__RequestVerificationToken=CfDJ8&_handler=a&tenant=b&returnUrl=%EF%BC%8F")),
        (UrlEncoded, Bytes("grant_type=%EF%BF%BE&client_id=%00&logout_token=a.b.c&username=%EF%BF%BE")),
        (UrlEncoded, [0xFF, 0xFE, 0, (byte)'a', 0, (byte)'=', 0xD8]),
        (UrlEncoded, new byte[1000]),
        (UrlEncoded + "; charset=utf-16", Encoding.Unicode.GetBytes("a=b")),
        (UrlEncoded + "; charset=utf-7", Bytes("a=+AGE-")),
        (UrlEncoded + "; charset=iso-8859-1", [(byte)'a', (byte)'=', 0xE9]),
        (UrlEncoded + "; charset=nothing", Bytes("a=b")),
        (UrlEncoded + "; charset=\"", Bytes("a=b")),
        (UrlEncoded + "; charset=", Bytes("a=b")),
        (UrlEncoded + "; =", Bytes("a=b")),
        ("APPLICATION/X-WWW-FORM-URLENCODED", Bytes("a=b")),
        ("application/json", Bytes("{")),
        ("application/json; charset=utf-16", Encoding.Unicode.GetBytes("{}")),
        ("text/xml; charset=\0", Bytes("<a/>")),
        (";;;", Bytes("a=b")),
    ];

    /// <summary>Whole header values of Host; none of them names this program.</summary>
    public static readonly string[] Hosts =
    [
        "xn--e", "XN--E", "a.xn--e", "xn--", "xn--.", "xn--a-ecp.ru.xn--", "xn--0000000000", "xn--e:80", "xn--a.xn--b", "xn---", "Xn--é",
        "", ":", ":80", ":x", "a:", "a:x", "a:0", "a:-1", "a:65536", "a:99999999999", "a:80:80", "a..b", ".", "..", ".a", "a.", "a..", "-", "-a", "a-", "_", "a_b", "a,b",
        "a;b", "a'b", "a!b", "a$b", "a&b", "a*b", "*", "a(b)", "a=b", "a~b", "%", "%41", "%00", "%e", "a%2Fb", "1.2.3", "1.2.3.4.5", "1.2.3.999", "0x7f.1", "999999999999",
        "[", "[]", "[::", "[::1", "[::1]x", "[::1]:x", "[::1]:99999", "[::g]", "[fe80::1%25eth0]", "[v1.a]", "[1.2.3.4]", "::1",
        "a b", "a/b", "a?b", "a#b", "a@b", "a\\b", "a\"b", "<a>", "{a}", "é", "\uFFFE", "a\u0080b", "a\tb", "a\0b",
        new string('a', 64), new string('a', 300), string.Join('.', Enumerable.Repeat(new string('a', 60), 8)), string.Join('.', Enumerable.Repeat("a", 200)), "xn--" + new string('a', 300),
    ];

    /// <summary>Header lines.</summary>
    public static readonly string[] Headers =
    [
        "Cookie: salesos=garbage", "Cookie: salesos=CfDJ8; salesos=CfDJ8", "Cookie: ;;;=;", "Cookie: a=\uFFFE; é=é", "Cookie: salesos-antiforgery=CfDJ8AAAA", "Cookie: salesosC1=x; salesos=chunks-2",
        "Cookie: salesos=chunks-999999999", "Cookie: .AspNetCore.Culture=c=\uFFFE|uic=xx", "Cookie: .AspNetCore.Culture=c=pt-BR|uic=" + new string('x', 500),
        "Cookie: salesos-correlation.x=N; salesos-nonce.x=N", "Cookie: salesos-nonce.CfDJ8=N",
        "Accept-Language: \uFFFE", "Accept-Language: pt;q=9e99, ;;q=", "Accept-Language: " + new string(',', 200), "Accept-Language: x-" + new string('a', 500),
        "User-Agent: é\uFFFE", "User-Agent: \t", "Accept: ;;;", "Accept-Encoding: br;q=x, \uFFFE", "Origin: \uFFFE", "Origin: http://xn--e", "Origin: null", "Referer: http://[", "Range: bytes=9-1",
        "If-None-Match: \"\uFFFE", "If-Modified-Since: never", "If-Match: \uFFFE", "Idempotency-Key: \uFFFE", "X-Tenant-Id: \uFFFE", "X-Tenant-Id: é",
        "Authorization: Bearer \uFFFE", "Authorization: Bearer a.b.c", "Authorization: Bearer eyJhbGciOiJub25lIn0.e30.", "Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.e30.AAAA", "Authorization: Bearer " + new string('.', 500),
        "Authorization: Basic Og==", "Authorization: ", "Authorization: P2S-SIGN-V1 é:1:2", "X-Forwarded-Proto: javascript", "X-Forwarded-Proto: \uFFFE", "X-Forwarded-For: \uFFFE, ::, 1", "X-Forwarded-Host: xn--e",
        "Upgrade: websocket", "Sec-Fetch-Mode: \uFFFE", "X-HTTP-Method-Override: DELETE", "blazor-enhanced-nav: on", "RequestVerificationToken: CfDJ8", "Expect: 100-continue", "Expect: é", "traceparent: \uFFFE",
        "Sec-WebSocket-Protocol: é", "Content-Length: 0", "Transfer-Encoding: chunked", "TE: trailers", "Accept-Charset: utf-7",
    ];

    /// <summary>Percent-encoded, each a character that some library refuses, folds or loses, or bytes that are none.</summary>
    public static readonly string[] Characters = [.. Enumerated().Distinct(StringComparer.Ordinal).Take(500)];

    private static IEnumerable<string> Enumerated()
    {
        string[] broken = ["%", "%F", "%ZZ", "%FF", "%C0%80", "%C3", "%ED%A0%80", "%ED%BF%BF", "%ED%A0%BD%ED%B8%80", "%F4%90%80%80", "%FE%FF", "%E2%28%A1", "%u0041", "%25", "%2525", "%2e%2e", "%2f", "%5c", "%2F%2F", "%EF%BF"];
        int[] odd =
        [
            0xFF0F, 0xFF3C, 0xFF1A, 0x2044, 0x2215, 0x29F8, 0x200B, 0x200D, 0x200E, 0x202E, 0x2066, 0x2069, 0xFEFF, 0xFFF9, 0xFFFC, 0xFFFD, 0xFFFE, 0xFFFF, 0xFDD0, 0xFDEF, 0x1FFFE, 0x10FFFF, 0x2028, 0x2029, 0x180E, 0x34F,
            0xDF, 0x1E9E, 0x130, 0x131, 0x3A3, 0x3C2, 0x149, 0x1F0, 0x390, 0xFB00, 0xFB06, 0xE000, 0xF8FF, 0x1F600, 0x1F1E7, 0xE0001, 0xE007F, 0xE0100, 0x20000, 0x3000, 0xA0, 0x1680, 0x85, 0xAD, 0x483, 0x300, 0x20DD, 0x1D165, 0x1100, 0xAC00, 0xFDFA,
        ];
        return broken
            .Concat(odd.Concat(Enumerable.Range(0, 0x21)).Concat("\"#%&'+,/:;<=>?@[\\]^`{|}~\u007F".Select(c => (int)c)).Concat(Enumerable.Range(0x80, 0x80)).Select(Encoded))
            .Concat(Enumerable.Range(1, 400).Select(i => i * 2741 % 0x10FFFF).Where(c => c is < 0xD800 or > 0xDFFF).Select(Encoded));
    }

    private static string Encoded(int character) =>
        string.Concat(Encoding.UTF8.GetBytes(char.ConvertFromUtf32(character)).Select(b => "%" + b.ToString("X2", CultureInfo.InvariantCulture)));

    private static byte[] Part(string name, string value) => Bytes($"--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n--x--\r\n");

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
