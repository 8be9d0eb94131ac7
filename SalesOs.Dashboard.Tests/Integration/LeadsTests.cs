using System.Net;

namespace SalesOs.Dashboard.Tests.Integration;

public class LeadsTests
{
    private const string Rui = """{"name":"Rui","email":"rui@example.com"}""";

    [Fact]
    public async Task Post_AllFields_AnswersTheLead()
    {
        await using var host = await IntegrationHost.StartAsync();

        var reply = await host.PostAsync(
            "/v1/leads",
            """{"name":"Rui <b>","email":"rui@example.com","phone":"1","company":"c","position":"p","source":"web","status":"qualified","custom_fields":{"a":1.0},"tags":["vip"]}""");

        reply.Status.ShouldBe(HttpStatusCode.Created);
        var id = reply.Data.GetProperty("id").GetString();
        reply.Headers.Location!.OriginalString.ShouldBe($"/v1/leads/{id}");
        reply.Data.GetRawText().ShouldBe(
            $$"""{"id":"{{id}}","name":"Rui <b>","email":"rui@example.com","phone":"1","company":"c","position":"p","source":"web","status":"qualified","custom_fields":{"a":1.0},"tags":["vip"],"created_at":"2026-11-22T12:00:00.000Z","updated_at":"2026-11-22T12:00:00.000Z"}""");
        (await host.GetAsync($"/v1/leads/{id}")).Data.GetRawText().ShouldBe(reply.Data.GetRawText());
    }

    [Fact]
    public async Task Post_FaultsOfFormAndOfRules_AreNamedTogether()
    {
        await using var host = await IntegrationHost.StartAsync();

        var reply = await host.PostAsync(
            "/v1/leads", """{"id":"x","email":"nope","phone":1,"status":"won","custom_fields":[],"tags":["a",null],"created_at":"2026-01-01T00:00:00Z"}""");

        reply.ShouldBeInvalid(
            "id is not a known field",
            "phone must be a string",
            "status must be one of new, contacted, qualified, unqualified, converted",
            "tags[1] must not be null",
            "created_at is not a known field",
            "name is required",
            "email is not an e-mail address",
            "custom_fields must be an object");
    }

    [Theory]
    [InlineData("""{"name":"Rui"}""", "email is required when there is no phone")]
    [InlineData("""{"name":"Rui","email":null,"phone":null}""", "email is required when there is no phone")]
    [InlineData("""{"name":"  ","phone":"1"}""", "name is required")]
    [InlineData("""{"name":"Rui","phone":"1","tags":"vip"}""", "tags must be an array")]
    [InlineData("""{"name":"Rui","phone":"1","status":null}""", "status must not be null")]
    [InlineData("""{"name":"Rui","phone":"1","status":0}""", "status must be one of new, contacted, qualified, unqualified, converted")]
    public async Task Post_WrongField_IsInvalid(string body, string detail)
    {
        await using var host = await IntegrationHost.StartAsync();

        (await host.PostAsync("/v1/leads", body)).ShouldBeInvalid(detail);
    }

    [Fact]
    public async Task Post_CustomFieldsAtTheirDeepest_ComeBackInTheList()
    {
        await using var host = await IntegrationHost.StartAsync();
        var deepest = string.Concat(Enumerable.Repeat("{\"a\":", 16)) + "1" + new string('}', 16);

        (await host.PostAsync("/v1/leads", $$"""{"name":"Rui","phone":"1","custom_fields":{{deepest}}}""")).Status.ShouldBe(HttpStatusCode.Created);

        (await host.GetAsync("/v1/leads")).Data[0].GetProperty("custom_fields").GetRawText().ShouldBe(deepest);
    }

    [Fact]
    public async Task Patch_SomeFields_ChangesThemAlone()
    {
        await using var host = await IntegrationHost.StartAsync();
        var id = (await host.PostAsync("/v1/leads", Rui)).Data.GetProperty("id").GetString();
        host.Clock.Advance(TimeSpan.FromSeconds(1));

        var reply = await host.PatchAsync($"/v1/leads/{id}", """{"status":"contacted","phone":"9","email":null}""");

        reply.Status.ShouldBe(HttpStatusCode.OK);
        reply.Data.GetProperty("status").GetString().ShouldBe("contacted");
        reply.Data.GetProperty("email").GetString().ShouldBeNull();
        reply.Data.GetProperty("name").GetString().ShouldBe("Rui");
        reply.Data.GetProperty("updated_at").GetString().ShouldBe("2026-11-22T12:00:01.000Z");
        reply.Data.GetProperty("created_at").GetString().ShouldBe("2026-11-22T12:00:00.000Z");
    }

    [Theory]
    [InlineData("""{"name":null}""", "name is required")]
    [InlineData("""{"email":null}""", "email is required when there is no phone")]
    [InlineData("""{"name":"","status":5,"x":1}""", "status must be one of new, contacted, qualified, unqualified, converted|x is not a known field|name is required")]
    public async Task Patch_WrongField_IsInvalid(string body, string details)
    {
        await using var host = await IntegrationHost.StartAsync();
        var id = (await host.PostAsync("/v1/leads", Rui)).Data.GetProperty("id").GetString();

        (await host.PatchAsync($"/v1/leads/{id}", body)).ShouldBeInvalid(details.Split('|'));
    }

    [Fact]
    public async Task AnyCall_IdOfAnother_IsAnsweredLikeOneThatNobodyHas()
    {
        await using var host = await IntegrationHost.StartAsync();
        var id = (await host.PostAsync("/v1/leads", Rui)).Data.GetProperty("id").GetString();

        foreach (var key in new[] { IntegrationHost.Test, IntegrationHost.Other })
        {
            host.Key = key;
            foreach (var target in new[] { $"/v1/leads/{id}", $"/v1/leads/{Guid.CreateVersion7()}", "/v1/leads/nothing", "/v1/leads/%01", $"/v1/leads/{{{id}}}" })
            {
                foreach (var reply in new[] { await host.GetAsync(target), await host.PatchAsync(target, """{"name":"Mine"}""") })
                {
                    reply.Status.ShouldBe(HttpStatusCode.NotFound);
                    reply.Json.GetProperty("error").GetRawText().ShouldBe("""{"code":"NOT_FOUND","message":"There is no such lead."}""");
                }
            }

            (await host.GetAsync("/v1/leads")).Meta.GetProperty("total").GetInt32().ShouldBe(0);
        }
    }

    [Fact]
    public async Task List_PageOfMany_TellsTheTotals()
    {
        await using var host = await IntegrationHost.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await host.PostAsync("/v1/leads", Rui);
        }

        var reply = await host.GetAsync("/v1/leads?page=3&per_page=2&sort=-created_at&unheard=of");

        reply.Data.GetArrayLength().ShouldBe(1);
        (reply.Meta.GetProperty("total").GetInt32(), reply.Meta.GetProperty("page").GetInt32()).ShouldBe((5, 3));
        (reply.Meta.GetProperty("per_page").GetInt32(), reply.Meta.GetProperty("total_pages").GetInt32()).ShouldBe((2, 3));
    }

    [Theory]
    [InlineData("status=new", 1)]
    [InlineData("status=converted", 0)]
    [InlineData("search=RUI", 1)]
    [InlineData("search=", 1)]
    [InlineData("search=nobody", 0)]
    [InlineData("source=web", 0)]
    [InlineData("created_after=2026-11-22T11:59:59.999Z&created_before=2026-11-22T12:00:00.001Z", 1)]
    [InlineData("created_after=2026-11-22T09:00:00-03:00", 0)]
    [InlineData("created_before=2026-11-22T13:00:00%2B01:00", 0)]
    [InlineData("sort=name&status=new", 1)]
    public async Task List_Filters_Find(string query, int expected)
    {
        await using var host = await IntegrationHost.StartAsync();
        await host.PostAsync("/v1/leads", Rui);

        (await host.GetAsync("/v1/leads?" + query)).Data.GetArrayLength().ShouldBe(expected);
    }

    [Theory]
    [InlineData("page=0", "page must be a whole number from 1 to 10000000")]
    [InlineData("page=1.5", "page must be a whole number from 1 to 10000000")]
    [InlineData("page=99999999999999", "page must be a whole number from 1 to 10000000")]
    [InlineData("per_page=101", "per_page must be a whole number from 1 to 100")]
    [InlineData("per_page=-1", "per_page must be a whole number from 1 to 100")]
    [InlineData("sort=email", "sort must be one of created_at, updated_at, name, status")]
    [InlineData("sort=--name", "sort must be one of created_at, updated_at, name, status")]
    [InlineData("status=won", "status must be one of new, contacted, qualified, unqualified, converted")]
    [InlineData("status=New", "status must be one of new, contacted, qualified, unqualified, converted")]
    [InlineData("status=new&status=new", "status is given more than once")]
    [InlineData("search=%00", "search must not contain control characters or broken UTF-8")]
    [InlineData("created_after=2026-11-22", "created_after must be an RFC 3339 time with its offset, such as 2026-12-31T23:59:59Z; write + as %2B")]
    [InlineData("created_before=2026-11-22T13:00:00+01:00", "created_before must be an RFC 3339 time with its offset, such as 2026-12-31T23:59:59Z; write + as %2B")]
    [InlineData("page=x&status=y", "page must be a whole number from 1 to 10000000|status must be one of new, contacted, qualified, unqualified, converted")]
    public async Task List_WrongQuery_IsInvalid(string query, string details)
    {
        await using var host = await IntegrationHost.StartAsync();

        (await host.GetAsync("/v1/leads?" + query)).ShouldBeInvalid(details.Split('|'));
    }
}
