using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Hosting.Demo;

/// <summary>Refused requests with what it takes to name the mistake: they are signed with the key's own secret, in the wrong way.</summary>
internal static class DemoRejections
{
    private const string Body = """
        {
          "name": "Marina Teixeira",
          "phone": "+55 12 99999-0000",
          "source": "portal"
        }
        """;

    public static Rejection Of(DemoMade key, DemoRejection rejection, DateTimeOffset at, string address, string agent)
    {
        var (method, path) = rejection.Route.Split(' ') is [var verb, var rest] ? (verb, rest.Replace("{id}", "0199f3a2-7c4e-7d10-8a35-5b1f0c9e2d64", StringComparison.Ordinal)) : default;
        var target = method == "GET" && path == "/v1/leads" ? "/v1/leads?status=new&page=1" : path;
        var body = method == "GET" ? "" : Body;
        var skew = rejection.Mistake == DemoMistake.SlowClock ? 38 + (at.Minute % 23) : 1;
        var timestamp = rejection.Mistake == DemoMistake.Milliseconds ? at.ToUnixTimeMilliseconds() : at.ToUnixTimeSeconds() - skew;
        var verdict = VerdictOf(rejection.Mistake);
        var isRead = verdict != Verdict.OutsideWindow;
        return new Rejection
        {
            RequestId = Guid.CreateVersion7(at),
            TenantId = key.TenantId,
            KeyId = key.Id,
            At = at,
            Verdict = verdict,
            Proven = Rejection.IsProven(verdict),
            Method = method,
            Target = target,
            TargetCut = false,
            Address = address,
            Agent = agent,
            SkewSeconds = rejection.Mistake == DemoMistake.Milliseconds ? at.ToUnixTimeSeconds() - timestamp : skew,
            Timestamp = timestamp.ToString(CultureInfo.InvariantCulture),
            Signature = Convert.ToHexStringLower(Signed(key, rejection.Mistake, timestamp.ToString(CultureInfo.InvariantCulture), method, target, body)),
            BodyDigest = isRead ? DigestOf(body) : null,
            MinifiedDigest = isRead && body.Length > 0 ? DigestOf(Minified(body)) : null,
            Scope = path.StartsWith("/v1/leads", StringComparison.Ordinal) ? method == "GET" ? "leads:read" : "leads:write" : null,
        };
    }

    private static Verdict VerdictOf(DemoMistake mistake) => mistake switch
    {
        DemoMistake.QueryLeftOut or DemoMistake.MinifiedBody or DemoMistake.HexBetweenSteps or DemoMistake.WrongSecret => Verdict.BadSignature,
        DemoMistake.SlowClock or DemoMistake.Milliseconds => Verdict.OutsideWindow,
        DemoMistake.ForeignAddress => Verdict.AddressNotAllowed,
        DemoMistake.MissingScope => Verdict.MissingScope,
        DemoMistake.TooMany => Verdict.RateLimited,
        DemoMistake.SentTwice => Verdict.Replayed,
        DemoMistake.Revoked => Verdict.Revoked,
        DemoMistake.Expired => Verdict.Expired,
        DemoMistake.Paused => Verdict.Paused,
    };

    private static byte[] Signed(DemoMade key, DemoMistake mistake, string timestamp, string method, string target, string body)
    {
        var digest = DigestOf(mistake == DemoMistake.MinifiedBody ? Minified(body) : body);
        var signed = mistake == DemoMistake.QueryLeftOut ? target.Split('?')[0] : target;
        var signature = new byte[SignatureChain.DigestSize];
        if (mistake == DemoMistake.HexBetweenSteps)
        {
            key.K1.CopyTo(signature.AsSpan());
            foreach (var part in (string[])[timestamp, method, signed, Convert.ToHexStringLower(digest)])
            {
                SignatureChain.Step(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(signature)), part, signature);
            }
        }
        else
        {
            SignatureChain.Sign(mistake == DemoMistake.WrongSecret ? digest : key.K1, timestamp, method, signed, digest, signature);
        }

        return signature;
    }

    private static string Minified(string body) => body.Length == 0 ? body : JsonNode.Parse(body)!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static byte[] DigestOf(string body)
    {
        var digest = new byte[SignatureChain.DigestSize];
        SignatureChain.DigestBody(Encoding.UTF8.GetBytes(body), digest);
        return digest;
    }
}
