using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Usage;

/// <summary>A key of a house, with what the gate would tell the record of its requests.</summary>
internal sealed class UsedKey
{
    private readonly KeyHouse house;
    private readonly CreatedKey made;

    private UsedKey(KeyHouse house, CreatedKey made)
    {
        this.house = house;
        this.made = made;
        Ring = house.Ring.Find(made.ApiKey)!;
    }

    public RingKey Ring { get; }

    public Guid Id => Ring.Id;

    public string ApiKey => made.ApiKey;

    private long Now => house.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    private UsageRecorder Recorder => house.Get<UsageRecorder>();

    public static async Task<UsedKey> MakeAsync(KeyHouse house, Caller? caller = null) => new(house, await house.MakeAsync(caller: caller));

    public static async Task<UsedKey> ScopedAsync(KeyHouse house, params string[] scopes) => new(house, await house.MakeAsync(new NewKey("Zapier", Scopes: scopes)));

    /// <summary>One that was made before, as the ring has it now.</summary>
    public static UsedKey Of(KeyHouse house, CreatedKey made) => new(house, made);

    public void LetIn(int times = 1, string route = "GET /v1/whoami", string address = "198.51.100.4", string agent = "agent/1")
    {
        for (var i = 0; i < times; i++)
        {
            Recorder.LetIn(Ring, Recorder.RouteNumber(route), Now, IPAddress.Parse(address), agent);
        }
    }

    public void Answered(AnswerClass answer, string route = "GET /v1/whoami") => Recorder.Answered(Ring, Recorder.RouteNumber(route), Now, answer);

    public void Counted(Verdict verdict, string route = "GET /v1/whoami") => Recorder.Refused(Ring, Recorder.RouteNumber(route), Now, verdict);

    /// <returns>The request's id.</returns>
    public Guid Refused(
        Verdict verdict, string? authorization = null, string method = "GET", string target = "/v1/whoami", string? body = null, string? scope = null, RingKey? key = null)
    {
        var context = new DefaultHttpContext();
        RequestId.Assign(context);
        context.Connection.RemoteIpAddress = IPAddress.Parse("::ffff:203.0.113.7");
        var request = context.Features.GetRequiredFeature<IHttpRequestFeature>();
        request.Method = method;
        request.RawTarget = target;
        request.Headers.Authorization = authorization ?? Authorization(new string('0', 64));
        house.Get<RejectionRecorder>().Record(
            context, key ?? Ring, verdict, scope, "agent/1", body is null ? null : Encoding.UTF8.GetBytes(body), house.Clock.GetUtcNow());
        return Guid.Parse(context.TraceIdentifier);
    }

    public string Authorization(string signature, string? timestamp = null) => $"P2S-SIGN-V1 {made.ApiKey}:{timestamp ?? Seconds}:{signature}";

    public string Seconds => house.Clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>The chain as a client might write it, right or wrong; shares no code with the program.</summary>
    public string Sign(string timestamp, string method, string path, string body, bool hexBetween = false) => Sign(made, timestamp, method, path, body, hexBetween);

    /// <inheritdoc cref="Sign(string, string, string, string, bool)"/>
    public static string Sign(CreatedKey signer, string timestamp, string method, string path, string body, bool hexBetween = false)
    {
        var key = Encoding.UTF8.GetBytes(signer.Secret);
        byte[] digest = [];
        foreach (var part in new[] { signer.ApiKey, timestamp, method, path, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body))) })
        {
            digest = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
            key = hexBetween ? Encoding.UTF8.GetBytes(Convert.ToHexStringLower(digest)) : digest;
        }

        return Convert.ToHexStringLower(digest);
    }
}
