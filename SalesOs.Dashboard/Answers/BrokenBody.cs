namespace SalesOs.Dashboard.Answers;

/// <summary>What to do about a body that Kestrel has found to break HTTP, when the refusal is answered rather than thrown on to Kestrel.</summary>
public static class BrokenBody
{
    /// <summary>
    /// Lets no other request come over this connection: where the broken body ends nobody knows, and Kestrel, not told, would go on to read
    /// after it, fail, and log a warning that anyone could bring about.
    /// </summary>
    public static void EndConnection(HttpContext context)
    {
        if (HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol))
        {
            context.Response.Headers.Connection = "close";
        }
    }
}
