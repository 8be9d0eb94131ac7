using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Usage.Revocations;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>What can be proven of a revocation: as it stands now, as a file, and as a page to print.</summary>
public sealed partial class RevocationSection
{
    private bool probed;

    [Parameter, EditorRequired]
    public Guid KeyId { get; set; }

    /// <summary>Null: the key is not revoked, and nothing is shown.</summary>
    [Parameter, EditorRequired]
    public Part<RevocationFacts>? Part { get; set; }

    [Parameter]
    public EventCallback Retry { get; set; }

    /// <summary>The page hears of the probe as of one that was made by itself.</summary>
    private async Task ProbeAsync()
    {
        try
        {
            if (await Session.GetAsync() is { } caller)
            {
                await Receipts.ProbedAsync(KeyId, caller);
            }
        }
        catch (Exception fault)
        {
            LogNotProbed(Log, fault);
        }

        probed = true;
    }

    [LoggerMessage(5121, LogLevel.Error, "A revoked API key could not be probed from its page.")]
    private static partial void LogNotProbed(ILogger logger, Exception fault);
}
