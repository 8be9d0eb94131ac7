using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Components.AuditLog;

/// <summary>Filters by person, action, key and day. It shows an address and answers with the next one; the page goes there.</summary>
public sealed partial class AuditFilters : IDisposable
{
    private SearchBox box = null!;

    [Parameter, EditorRequired]
    public AuditAddress Address { get; set; } = null!;

    [Parameter, EditorRequired]
    public IReadOnlyList<AuditPerson> People { get; set; } = [];

    [Parameter]
    public IReadOnlyDictionary<Guid, KeyName>? Keys { get; set; }

    [Parameter]
    public EventCallback<AuditAddress> Changed { get; set; }

    /// <summary>The chosen person, whether the address says their id or what they are called.</summary>
    private AuditPerson? Actor =>
        People.FirstOrDefault(p => string.Equals(p.Id.ToString(), Address.Actor, StringComparison.OrdinalIgnoreCase))
        ?? People.FirstOrDefault(p => p.Label is not null && Address.Actor is not null && FoldedText.Caseless(p.Label) == FoldedText.Caseless(Address.Actor));

    /// <summary>What to call the one key that a link has chosen; null when the reader types.</summary>
    private string? OneKey => Guid.TryParseExact(Address.Key, "D", out var id) ? Keys?.GetValueOrDefault(id)?.Name ?? Address.Key : null;

    public void Dispose() => box.Dispose();

    protected override void OnInitialized() => box = new SearchBox(Clock, () => InvokeAsync(box.SearchAsync), key => ChooseAsync(Address with { Key = key }));

    protected override void OnParametersSet() => box.Arrive(Address.Key);

    private static string? Chosen(ChangeEventArgs change) => change.Value as string is { Length: > 0 } chosen ? chosen : null;

    private string Name(AuditPerson person) => person switch
    {
        { Label: null } => Words["ErasedNumber", ("id", person.Id.ToString()[^4..])],
        { Kind: CallerKind.Service } => Words["Platform"],
        _ => person.Label,
    };

    private Task ChooseAsync(AuditAddress next) => Changed.InvokeAsync(next with { Page = 1 });

    private Task ClearAsync()
    {
        box.Put("");
        return Changed.InvokeAsync(Address.Unfiltered());
    }
}
