using System.Net;
using System.Text.Json;
using SalesOs.Dashboard.Tests.Integration;

namespace SalesOs.Dashboard.Tests.Api;

/// <summary>Programs say who is told; who may, and what another tenant sees, <see cref="ManagementMatrixTests"/> shows.</summary>
public sealed class NoticesApiTests(ManagementApi api) : IClassFixture<ManagementApi>
{
    private const string Webhooks = "/v1/notices/webhooks";
    private const string Emails = "/v1/notices/emails";

    private static readonly string[] Tenant = ["notices"];

    [Fact]
    public async Task Webhook_ThatIsAdded_TellsItsSecretInThatAnswerAndTheRotationsAlone()
    {
        var added = await SendAsync("POST", Webhooks, """{"url":"https://hooks.example.com/a?b=c","description":"Team","events":["key.spike","key.revoked"]}""");
        added.Status.ShouldBe(HttpStatusCode.Created);
        var id = added.Data.GetProperty("id").GetString()!;
        var secret = added.Data.GetProperty("secret").GetString()!;
        secret.ShouldStartWith("whsec_");
        added.Data.GetProperty("events").GetRawText().ShouldBe("""["key.revoked","key.spike"]""");
        added.Data.GetProperty("state").GetString().ShouldBe("on");

        var edited = await SendAsync("PATCH", $"{Webhooks}/{id}", """{"events":null,"enabled":false}""");
        edited.Data.GetProperty("events").ValueKind.ShouldBe(JsonValueKind.Null);
        edited.Data.GetProperty("description").GetString().ShouldBe("Team", "what is not named stays");
        edited.Data.GetProperty("state").GetString().ShouldBe("off");
        (await SendAsync("POST", $"{Webhooks}/{id}/test")).Code.ShouldBe("CONFLICT");
        var rotated = await SendAsync("POST", $"{Webhooks}/{id}/rotate-secret");
        string.Equals(rotated.Data.GetProperty("secret").GetString(), secret, StringComparison.Ordinal).ShouldBeFalse();
        rotated.Data.GetProperty("previous_secret_until").ValueKind.ShouldBe(JsonValueKind.String);

        var list = await SendAsync("GET", Webhooks);
        list.Json.GetRawText().ShouldNotContain("whsec_");
        edited.Json.GetRawText().ShouldNotContain("whsec_");
        list.Meta.GetProperty("total").GetInt32().ShouldBe(1);
        (await SendAsync("DELETE", $"{Webhooks}/{id}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await SendAsync("DELETE", $"{Webhooks}/{id}")).Code.ShouldBe("NOT_FOUND");
    }

    [Fact]
    public async Task Faults_OfAWebhookOrAnAddress_AreToldAllAtOnce()
    {
        (await SendAsync("POST", Webhooks, """{"url":"https://10.0.0.1/","events":["key.nothing"],"description":"a\nb"}""")).Details.Select(d => d.Split(' ')[0]).ShouldBe(["url", "description", "events"]);
        (await SendAsync("POST", Emails, """{"address":"team","language":"fr","events":["test"]}""")).Details.Select(d => d.Split(' ')[0]).ShouldBe(["address", "language", "events"]);
        (await SendAsync("POST", Emails, $$"""{"address":"team@example.com","key_id":"{{Guid.NewGuid()}}"}""")).Code.ShouldBe("NOT_FOUND");
    }

    [Fact]
    public async Task Email_OfAKey_IsListedWithItAndUnconfirmed()
    {
        var key = (await api.CreateAsync("platform", tenant: Tenant)).GetProperty("id").GetString();
        var added = await SendAsync("POST", Emails, $$"""{"address":"own@example.com","language":"pt-BR","key_id":"{{key}}"}""");
        await SendAsync("POST", Emails, """{"address":"own@example.com"}""");

        added.Status.ShouldBe(HttpStatusCode.Created);
        added.Data.GetProperty("confirmed_at").ValueKind.ShouldBe(JsonValueKind.Null);
        var listed = (await SendAsync("GET", $"{Emails}?key_id={key}")).Data.EnumerateArray().ShouldHaveSingleItem();
        listed.GetProperty("language").GetString().ShouldBe("pt-BR");
        (await SendAsync("GET", Emails + "?per_page=1&page=2")).Data.GetArrayLength().ShouldBe(1);
        (await SendAsync("DELETE", $"{Emails}/{added.Data.GetProperty("id").GetString()}")).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Email_ThatIsEdited_KeepsWhatIsNotNamed()
    {
        var added = (await SendAsync("POST", Emails, """{"address":"edited@example.com","language":"pt-BR","events":["key.spike"]}""")).Data.GetProperty("id").GetString();

        var events = (await SendAsync("PATCH", $"{Emails}/{added}", """{"events":["key.revoked"]}""")).Data;
        (events.GetProperty("language").GetString(), events.GetProperty("events").GetRawText(), events.GetProperty("address").GetString()).ShouldBe(("pt-BR", """["key.revoked"]""", "edited@example.com"));
        var language = (await SendAsync("PATCH", $"{Emails}/{added}", """{"language":"en"}""")).Data;
        (language.GetProperty("language").GetString(), language.GetProperty("events").GetRawText()).ShouldBe(("en", """["key.revoked"]"""));
        (await SendAsync("PATCH", $"{Emails}/{added}", """{"events":null}""")).Data.GetProperty("events").ValueKind.ShouldBe(JsonValueKind.Null);
        (await SendAsync("PATCH", $"{Emails}/{added}", """{"language":null,"events":["test"]}""")).Details.Select(d => d.Split(' ')[0]).ShouldBe(["language", "events"]);
        (await SendAsync("PATCH", $"{Emails}/{added}", """{"address":"other@example.com"}""")).Code.ShouldBe("VALIDATION_ERROR");
    }

    private Task<Reply> SendAsync(string method, string target, string? body = null) => api.SendAsync("platform", method, target, body, Tenant);
}
