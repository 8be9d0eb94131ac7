using System.Text.Json;
using Microsoft.JSInterop;

namespace SalesOs.Dashboard.Components.Kit;

/// <summary>A form that the reader was filling in when the page began anew, as the browser keeps it (<c>unsent.js</c>).</summary>
/// <param name="Kind">As in <see cref="Draft.Kind"/>.</param>
/// <param name="Keys">What the form is about, as in <see cref="Draft.Keys"/>.</param>
/// <param name="Once">As in <see cref="Draft.Once"/>.</param>
public sealed record KeptDraft(string Kind, IReadOnlyList<Guid> Keys, Guid? Once)
{
    /// <summary>Asks the browser for them, once the page is there. Whoever else signs in at this browser is offered nothing of it.</summary>
    /// <returns>None where the browser has gone; it still has what was typed.</returns>
    public static async Task<IReadOnlyList<KeptDraft>> ReadAsync(IJSRuntime browser, CurrentUser reader)
    {
        try
        {
            // Asked for by its type, its shape would be learned by reflection in every circuit.
            var kept = await browser.InvokeAsync<JsonElement>("unsent.begin", $"{reader.TenantId} {reader.Subject}");
            return kept.ValueKind == JsonValueKind.Array ? kept.Deserialize<KeptDraft[]>(JsonSerializerOptions.Web)! : [];
        }
        catch (Exception fault) when (fault is JSDisconnectedException or OperationCanceledException)
        {
            return [];
        }
    }
}
