using System.Text;
using Microsoft.AspNetCore.Http;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Tests.Answers;

public class JsonBodyTests
{
    private enum Colour
    {
        DarkRed,
        Blue,
    }

    [Fact]
    public async Task Read_SoundBody_GivesTheRecord()
    {
        var body = await ReadAsync("""{"name":"n","count":2,"on":true,"when":"2026-01-01T00:00:00+01:00","colour":"dark_red","items":["a"],"note":null}""");

        body.IsSound.ShouldBeTrue();
        (body.Value.Name, body.Value.Count, body.Value.On, body.Value.Colour, body.Value.Note).ShouldBe(("n", 2, true, Colour.DarkRed, new Optional<string?>(IsGiven: true, null)));
        body.Value.When.ShouldBe(new DateTimeOffset(2025, 12, 31, 23, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task Read_FieldNotGiven_IsAbsentRatherThanNull() => (await ReadAsync("""{"name":"n"}""")).Value!.Note.IsGiven.ShouldBeFalse();

    [Fact]
    public async Task Read_EveryFieldWrong_NamesEachOnce()
    {
        var body = await ReadAsync("""{"name":null,"count":1.5,"on":"yes","when":"2026-01-01","colour":"red","items":["a",1],"note":[],"inner":{"x":1},"more":1}""");

        body.IsSound.ShouldBeFalse();
        body.Problem.Status.ShouldBe(400);
        body.Problem.Details.ShouldBe(
        [
            new FieldFault("name", "must not be null"),
            new FieldFault("count", "must be a whole number"),
            new FieldFault("on", "must be true or false"),
            new FieldFault("when", "must be an RFC 3339 time with its offset, such as 2026-12-31T23:59:59Z"),
            new FieldFault("colour", "must be one of dark_red, blue"),
            new FieldFault("items[1]", "must be a string"),
            new FieldFault("note", "must be a string"),
            new FieldFault("inner.x", "has the wrong form"),
            new FieldFault("more", "is not a known field"),
        ]);
    }

    [Fact]
    public async Task Read_RequiredFieldMissing_NamesItBesideTheOthers() =>
        (await ReadAsync("""{"count":"x"}""")).Problem!.Details.ShouldBe([new FieldFault("count", "must be a whole number"), new FieldFault("name", "is required")]);

    [Theory]
    [InlineData("2147483648")]
    [InlineData("1e-3")]
    [InlineData("\"1\"")]
    public async Task Read_NumberThatIsNoInt_IsAFault(string number) =>
        (await ReadAsync($$"""{"name":"n","count":{{number}}}""")).Problem!.Details.ShouldHaveSingleItem().Field.ShouldBe("count");

    [Fact]
    public async Task Read_BodyAtTheLimit_PassesAndOneByteMoreDoesNot()
    {
        var frame = """{"name":""}""".Length;
        string Sized(int bytes) => "{\"name\":\"" + new string('x', bytes - frame) + "\"}";

        (await ReadAsync(Sized(JsonBody.MaxBytes))).IsSound.ShouldBeTrue();
        (await ReadAsync(Sized(JsonBody.MaxBytes + 1))).Problem!.Status.ShouldBe(413);
        (await ReadAsync(Sized(JsonBody.MaxBytes + 1), contentLength: null)).Problem!.Status.ShouldBe(413);
    }

    [Fact]
    public async Task Read_NoBodyWhereAllIsOptional_IsAnEmptyObject()
    {
        var request = Request("", contentType: null);

        (await JsonBody.ReadAsync<AllOptional>(request, emptyAsObject: true)).Value.ShouldBe(new AllOptional());
        (await JsonBody.ReadAsync<AllOptional>(Request("", contentType: null))).Problem!.Status.ShouldBe(415);
        (await JsonBody.ReadAsync<AllOptional>(Request("{}", contentType: null), emptyAsObject: true)).Problem!.Status.ShouldBe(415);
    }

    [Fact]
    public async Task Read_ContentEncoding_IsUnsupported()
    {
        var request = Request("{}");
        request.Headers.ContentEncoding = "gzip";

        (await JsonBody.ReadAsync<AllOptional>(request)).Problem!.Status.ShouldBe(415);
    }

    [Fact]
    public async Task Read_FaultsOfForm_LeaveTheSoundFieldsToTheRules()
    {
        var body = await JsonBody.ReadAsync<Thing>(Request("""{"name":"n","count":"x"}"""));

        var faults = body.Faults(thing => [new FieldFault("name", thing.Name + " is taken"), new FieldFault("count", "must be positive")]);

        faults.ShouldBe([new FieldFault("count", "must be a whole number"), new FieldFault("name", "n is taken")]);
    }

    private static Task<Parsed<Thing>> ReadAsync(string text, long? contentLength = -1) => JsonBody.ReadAsync<Thing>(Request(text, "application/json", contentLength));

    private static HttpRequest Request(string text, string? contentType = "application/json", long? contentLength = -1)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var request = new DefaultHttpContext().Request;
        request.Body = new MemoryStream(bytes);
        request.ContentLength = contentLength == -1 ? bytes.Length : contentLength;
        request.ContentType = contentType;
        return request;
    }

    private sealed record AllOptional(string? Reason = null);

    private sealed record Inner(string? X);

    private sealed record Thing
    {
        public required string Name { get; init; }

        public int Count { get; init; }

        public bool? On { get; init; }

        public DateTimeOffset? When { get; init; }

        public Colour Colour { get; init; }

        public IReadOnlyList<string> Items { get; init; } = [];

        public Optional<string?> Note { get; init; }

        public Inner? Inner { get; init; }
    }
}
