using CsCheck;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Usage;

/// <summary>Each mistake is made by the test's own client and named by the program.</summary>
public class SignatureDiagnosisTests
{
    private const string Spaced = """{ "name": "Rui \" { x }", "tags": [ 1, 2 ] }""";
    private const string Minified = """{"name":"Rui \" { x }","tags":[1,2]}""";

    [Theory]
    [InlineData("POST", "/v1/leads?page=2", "", "POST", "/v1/leads", "", false, Culprit.QueryLeftOut)]
    [InlineData("GET", "/v1/leads/a%2Fb%20c", "", "GET", "/v1/leads/a/b c", "", false, Culprit.DecodedPath)]
    [InlineData("GET", "/v1/leads/a%20b?q=%C3%A3", "", "GET", "/v1/leads/a b?q=%C3%A3", "", false, Culprit.DecodedPath)]
    [InlineData("GET", "/v1/leads?q=%C3%A3", "", "GET", "/v1/leads?q=ã", "", false, Culprit.DecodedPath)]
    [InlineData("GET", "/v1/leads/a%20b?q=1", "", "GET", "/v1/leads/a b", "", false, Culprit.DecodedPath)]
    [InlineData("POST", "/v1/leads", Spaced, "post", "/v1/leads", Spaced, false, Culprit.LowerCaseMethod)]
    [InlineData("POST", "/v1/leads", Spaced, "POST", "/v1/leads", "", false, Culprit.EmptyBodyDigest)]
    [InlineData("POST", "/v1/leads", Spaced, "POST", "/v1/leads", Minified, false, Culprit.MinifiedBody)]
    [InlineData("POST", "/v1/leads", Spaced, "POST", "/v1/leads", Spaced, true, Culprit.HexBetweenSteps)]
    [InlineData("POST", "/v1/leads", Spaced, "POST", "/v1/leads", Spaced + " ", false, Culprit.None)]
    [InlineData("GET", "/v1/leads?page=2", "", "GET", "/v1/leads?page=3", "", false, Culprit.None)]
    public async Task Find_SignedWrongly_NamesTheMistake(
        string method, string target, string body, string signedMethod, string signedTarget, string signedBody, bool hexBetween, Culprit culprit)
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        var signature = key.Sign(key.Seconds, signedMethod, signedTarget, signedBody, hexBetween);
        (await LookAsync(house, key, Verdict.BadSignature, key.Seconds, signature, method, target, body)).Culprit.ShouldBe(culprit);
    }

    [Theory]
    [InlineData("000")]
    [InlineData("007")]
    [InlineData("999")]
    public async Task Find_SignedOverMillisecondsButSentInSeconds_NamesTheMistake(string milliseconds)
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        var signature = key.Sign(key.Seconds + milliseconds, "GET", "/v1/whoami", "");
        (await LookAsync(house, key, Verdict.BadSignature, key.Seconds, signature)).Culprit.ShouldBe(Culprit.MillisecondTimestamp);
    }

    [Fact]
    public async Task List_SignedOverMilliseconds_TriesTheWholeSecondAlone()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        await LookAsync(house, key, Verdict.BadSignature, key.Seconds, key.Sign(key.Seconds + "000", "GET", "/v1/whoami", ""));
        house.Clock.Advance(TimeSpan.FromSeconds(1));
        await LookAsync(house, key, Verdict.BadSignature, key.Seconds, key.Sign(key.Seconds + "007", "GET", "/v1/whoami", ""));
        (await house.Get<RejectionQuery>().ListAsync(key.Id, 1, 10, proven: null, KeyHouse.Auditor())).Value!.Rejections.Select(r => r.Culprit)
            .ShouldBe([Culprit.None, Culprit.MillisecondTimestamp]);
    }

    [Fact]
    public async Task Find_TimestampSentInMilliseconds_NamesTheMistake()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        var timestamp = key.Seconds + "123";
        var view = await LookAsync(house, key, Verdict.OutsideWindow, timestamp, key.Sign(timestamp, "GET", "/v1/whoami", ""));
        view.Culprit.ShouldBe(Culprit.MillisecondTimestamp);
        RejectionWords.Of(view).ShouldBe("TIMESTAMP was in milliseconds. Use whole seconds since 1970.");
    }

    [Fact]
    public async Task Find_ClockBehind_SaysHowFar()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        var timestamp = (long.Parse(key.Seconds, System.Globalization.CultureInfo.InvariantCulture) - 41).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var view = await LookAsync(house, key, Verdict.OutsideWindow, timestamp, key.Sign(timestamp, "GET", "/v1/whoami", ""));
        view.Culprit.ShouldBe(Culprit.None);
        RejectionWords.Of(view).ShouldBe("The caller's clock is 41 s behind, or the request came too late.");
    }

    [Fact]
    public async Task Find_WrongSecret_BlamesNoOne()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        var view = await LookAsync(house, key, Verdict.BadSignature, key.Seconds, new string('0', 64));
        view.Culprit.ShouldBe(Culprit.None);
        RejectionWords.Of(view).ShouldStartWith("The signature does not fit");
    }

    [Fact]
    public void Minify_RandomJson_IsWhatASerializerWrites() =>
        Gen.Select(Gen.String.Array[0, 5], Gen.Bool).Sample((texts, asObject) =>
        {
            object value = asObject ? texts.Select((t, i) => (Key: $"{i} {t}", t)).ToDictionary(p => p.Key, p => p.t, StringComparer.Ordinal) : texts;
            var spaced = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(value, Indented);
            var compact = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(value);
            var expected = spaced.AsSpan().SequenceEqual(compact) ? null : System.Security.Cryptography.SHA256.HashData(compact);
            MinifiedJson.Digest(spaced).ShouldBe(expected);
        });

    [Fact]
    public async Task Record_ManyBodiesInAMinute_MinifiesTenOfThem()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        for (var i = 0; i < 15; i++)
        {
            key.Refused(Verdict.BadSignature, body: Spaced);
        }

        key.Refused(Verdict.BadSignature, body: "[" + new string(' ', MinifiedJson.MaxBytes) + "]");
        key.Refused(Verdict.BadSignature, body: "not { json }");
        house.Clock.Advance(TimeSpan.FromMinutes(1));
        key.Refused(Verdict.BadSignature, body: Spaced);
        await house.Get<UsageWriter>().FlushAsync();
        await using var db = house.Database.Read(KeyHouse.Acme);
        db.Set<Rejection>().Count(r => r.MinifiedDigest != null).ShouldBe(11);
        db.Set<Rejection>().Count(r => r.BodyDigest != null).ShouldBe(18);
    }

    private static readonly System.Text.Json.JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static async Task<RejectionView> LookAsync(
        KeyHouse house, UsedKey key, Verdict verdict, string timestamp, string signature, string method = "GET", string target = "/v1/whoami", string body = "")
    {
        var id = key.Refused(verdict, key.Authorization(signature, timestamp), method, target, body);
        await house.Get<UsageWriter>().FlushAsync();
        return (await house.Get<RejectionQuery>().FindAsync(id, KeyHouse.Auditor())).Value!;
    }
}
