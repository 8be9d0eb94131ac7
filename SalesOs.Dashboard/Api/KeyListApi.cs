using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;

namespace SalesOs.Dashboard.Api;

/// <summary>Programs look over the keys of a tenant, take the list away, and revoke, pause or resume several at once.</summary>
internal static class KeyListApi
{
    private const int MaxSearch = 200;

    public static void MapKeyList(this RouteGroupBuilder api)
    {
        var keys = api.MapGroup("/api-keys");
        keys.MapGet("", ListAsync).WithSummary("List keys")
            .AsksForPage().AsksForKeys()
            .GivesList<KeyAnswer>();
        keys.MapGet("/totals", TotalsAsync).WithSummary("How the tenant's keys stand")
            .WithDescription("Active keys, those of them that expire within 14 days, those of them that were not used for 90 days or never, those of them that may do more than they were used for in 90 days, keys that are revoked or expired, and those that are paused.")
            .Gives<KeyTotals>();
        keys.MapGet("/export", ExportAsync).WithSummary("The list as a CSV file")
            .WithDescription("What is narrowed to, in the order of `sort`. The export is an entry of the audit log, written before the first byte. No cell is run as a formula: an apostrophe stands before what would be one.")
            .AsksForKeys()
            .GivesFile(["text/csv"]);
        keys.MapPost("/find", FindAsync).WithSummary("Find the keys behind a leaked text")
            .WithDescription("By the API keys in it, and by secrets alone: a leaked secret finds its key. Nothing of the text is kept or logged; that a secret was looked up is an entry of the audit log. It changes nothing, so it takes `audit.integrations` or `admin.integrations`.")
            .Takes<FindKeysBody>().OnlyReads()
            .Gives<FoundKeysAnswer>();
        keys.MapPost("/revoke", RevokeAsync).WithSummary("Revoke several keys for good")
            .WithDescription("All of them or none. No request signed with one of them that begins after the answer is let in. A key that was revoked before stays as it was.")
            .Takes<RevokeKeysBody>()
            .Gives<RevokedKeysAnswer>().FailsWhenAbsent("There is no API key with one of these ids. None was revoked.");
        keys.MapPost("/pause", PauseAsync).WithSummary("Pause several keys")
            .WithDescription("As for a single key, and all of them at once. No request signed with one of them that begins after the answer is let in, until it is resumed. Expired and revoked keys are left out; so are those that the tenant's policy keeps paused, where `until` would resume them.")
            .Takes<PauseKeysBody>()
            .Gives<PausedKeysAnswer>().FailsWhenAbsent("There is no API key with one of these ids. None was paused.");
        keys.MapPost("/resume", ResumeAsync).WithSummary("Resume several paused keys")
            .WithDescription("All of them at once. No request signed with one of them that begins after the answer is refused for the pause. Keys that are not paused are left out, and those that the tenant's policy keeps paused.")
            .Takes<ResumeKeysBody>()
            .Gives<ResumedKeysAnswer>().FailsWhenAbsent("There is no API key with one of these ids. None was resumed.");
    }

    private static RouteHandlerBuilder AsksForKeys(this RouteHandlerBuilder route) => route
        .AsksForSort<KeySort>()
        .Asks<KeyStatus>("status", "Revoked wins over expired, and expired over paused.")
        .Asks<KeyMark>("mark", "Active keys that expire within 14 days (expiring), were not used for 90 days or never (unused), or may do more than they were used for in 90 days (excess); keys that are revoked or expired (ended); or others that break what the tenant's policy warns of or requires (out_of_policy).")
        .Asks<string>("scope", "Keys that name this scope; unrestricted ones name none.", Scopes.All)
        .Asks<KeyEnvironment>("environment", "Live or test.")
        .Asks<string>("search", "Found in name, notes, prefix and the owner's e-mail address or name, whatever the case, the accents and the width; or API keys, each whole, by its prefix or as the dashboard shows it (sk_live_a1b2c3d4…o5p6).")
        .Asks<bool>("full_access", "Keys without a scope, which open everything; or the others.")
        .Asks<bool>("never_expires", "Keys without an expiry; or the others.")
        .Asks<bool>("any_address", "Keys that may be used from any address (no list, or one with 0.0.0.0/0 or ::/0); or the others.")
        .Asks<string>("created_by", "Who made them: a person's id, subject, e-mail address or name.")
        .Asks<string>("owner", "Who owns them: a person's or a team's id, subject, e-mail address or name.")
        .Asks<bool>("without_owner", "Keys whose owner has left or was erased; or the others.")
        .Asks<DateTimeOffset>("used_since", "Used at this moment or after it.")
        .Asks<DateTimeOffset>("unused_since", "Not used at this moment or after it, or never.")
        .Asks<DateTimeOffset>("expires_before", "Expires, or has expired, before this moment.");

    private static async Task<Result<IResult>> ListAsync(ManagementCall call, ApiKeyService keys)
    {
        var (page, perPage) = (call.Query.Page(), call.Query.PerPage());
        var query = QueryOf(call.Query);
        if (!query.Done)
        {
            return query.Error;
        }

        var list = await keys.ListAsync(query.Value with { Page = page, PerPage = perPage }, call.Caller, call.Aborted);
        return list.Then(found => Envelope.List([.. found.Keys.Select(key => KeyAnswer.Of(key, call.Now))], found.Total, page, perPage));
    }

    private static async Task<Result<IResult>> TotalsAsync(ManagementCall call, KeyOverview overview)
    {
        var totals = await overview.TotalsAsync(call.Caller, call.Aborted);
        return totals.Then(found => Envelope.Ok(found));
    }

    private static async Task<Result<IResult>> ExportAsync(ManagementCall call, KeyExporter exporter)
    {
        var query = QueryOf(call.Query);
        if (!query.Done)
        {
            return query.Error;
        }

        var export = await exporter.BeginAsync(query.Value, call.Caller, call.Aborted);
        return export.Then<IResult>(begun => new ExportResult(begun));
    }

    private static async Task<Result<IResult>> FindAsync(ManagementCall<FindKeysBody> call, LeakedSecretQuery leaked)
    {
        var found = await leaked.FindInAsync(call.Body.Text!, call.Caller, call.Aborted);
        return found.Then(keys => Envelope.Ok(FoundKeysAnswer.Of(keys, call.Now)));
    }

    private static async Task<Result<IResult>> RevokeAsync(ManagementCall<RevokeKeysBody> call, BulkRevocation bulk)
    {
        var selection = KeySelection.Each(call.Body.Ids ?? []);
        var revoked = await bulk.RevokeAsync(selection, call.Body.Reason, call.Caller, call.Aborted);
        return revoked.Then(done => Envelope.Ok(new RevokedKeysAnswer(done.Keys.Count, selection.Ids.Count - done.Keys.Count)));
    }

    private static async Task<Result<IResult>> PauseAsync(ManagementCall<PauseKeysBody> call, KeyPauses pauses)
    {
        var selection = KeySelection.Each(call.Body.Ids ?? []);
        var paused = await pauses.PauseAsync(selection, call.Body, call.Caller, call.Aborted);
        return paused.Then(keys => Envelope.Ok(new PausedKeysAnswer(keys.Count, selection.Ids.Count - keys.Count)));
    }

    private static async Task<Result<IResult>> ResumeAsync(ManagementCall<ResumeKeysBody> call, KeyPauses pauses)
    {
        var selection = KeySelection.Each(call.Body.Ids ?? []);
        var resumed = await pauses.ResumeAsync(selection, call.Caller, call.Aborted);
        return resumed.Then(keys => Envelope.Ok(new ResumedKeysAnswer(keys.Count, selection.Ids.Count - keys.Count)));
    }

    private static Result<KeyQuery> QueryOf(QueryParameters reader)
    {
        var (sort, descending) = reader.Sort(KeySort.CreatedAt, descending: true);
        var query = new KeyQuery(
            Sort: sort,
            Descending: descending,
            Search: reader.Text("search", MaxSearch),
            Status: reader.Choice<KeyStatus>("status"),
            Scope: reader.Text("scope", MaxSearch),
            Environment: reader.Choice<KeyEnvironment>("environment"),
            Mark: reader.Choice<KeyMark>("mark"),
            Traits: new KeyTraits
            {
                FullAccess = reader.Flag("full_access"),
                NeverExpires = reader.Flag("never_expires"),
                AnyAddress = reader.Flag("any_address"),
                MadeBy = reader.Text("created_by", Person.MaxTextLength),
                Owner = reader.Text("owner", Person.MaxTextLength),
                WithoutOwner = reader.Flag("without_owner"),
                UsedSince = reader.Time("used_since"),
                UnusedSince = reader.Time("unused_since"),
                ExpiresBefore = reader.Time("expires_before"),
            });
        if (reader.Error is { } malformed)
        {
            return malformed;
        }

        return query.Scope is { } scope && !Scopes.All.Contains(scope, StringComparer.Ordinal)
            ? Error.Invalid([new RuleFault("scope", "scope_unknown", scope)])
            : query;
    }

    /// <summary>Streams the file; when it breaks off, so does the connection, and nobody takes the part for the whole.</summary>
    private sealed record ExportResult(KeyExport Export) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var headers = httpContext.Response.Headers;
            headers.CacheControl = "no-store";
            headers.ContentType = SpreadsheetFile.ContentType;
            headers.ContentDisposition = $"attachment; filename=\"{Export.FileName}\"";
            if (!HttpMethods.IsHead(httpContext.Request.Method))
            {
                await Export.WriteAsync(httpContext.Response.Body, httpContext.RequestAborted);
            }
        }
    }
}
