using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.SignIn;
using SalesOs.Dashboard.Usage.Revocations;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>The receipt as a file of the page's own, the very answer that programs get: their paths never take the browser's cookie.</summary>
internal static class ReceiptDownload
{
    private const string Path = KeyLinks.List + "/{id:guid}/receipt.json";

    public static void MapReceiptDownload(this IEndpointRouteBuilder routes) => routes.MapGet(Path, SendAsync).RequireAuthorization().ExcludeFromDescription();

    public static string Of(Guid keyId) => $"{KeyLinks.Of(keyId)}/receipt.json";

    /// <summary>Such as <c>receipt-sk_live_a1b2c3d4.json</c>.</summary>
    public static string FileNameOf(RevokedKey key) => $"receipt-{key.KeyPrefix}.json";

    private static async Task SendAsync(HttpContext context, Guid id, SessionCaller session, RevocationReceipts receipts)
    {
        if (await session.GetAsync() is not { } caller)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var receipt = await receipts.IssueAsync(id, RequestId.Of(context), caller, context.RequestAborted);
        if (!receipt.Done)
        {
            context.Response.StatusCode = receipt.Error.Reason == ErrorReason.MissingCapability ? StatusCodes.Status403Forbidden : StatusCodes.Status404NotFound;
            return;
        }

        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{FileNameOf(receipt.Value.Key)}\"";
        await Envelope.Ok(receipt.Value, at: receipt.Value.IssuedAt).ExecuteAsync(context);
    }
}
