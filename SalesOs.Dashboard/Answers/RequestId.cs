namespace SalesOs.Dashboard.Answers;

/// <summary>The id that an answer carries in <c>X-Request-Id</c> and <c>meta.request_id</c>, and that the audit log and the record of refusals keep.</summary>
public static class RequestId
{
    public const string Header = "X-Request-Id";

    /// <summary>A new UUIDv7 in lower-case text for this request; never taken from the client, who could name another's.</summary>
    public static string Assign(HttpContext context)
    {
        var id = Guid.CreateVersion7().ToString();
        context.TraceIdentifier = id;
        context.Response.Headers[Header] = id;
        return id;
    }

    public static string Of(HttpContext context) => context.TraceIdentifier;
}
