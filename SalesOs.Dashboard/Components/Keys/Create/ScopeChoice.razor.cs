using Microsoft.AspNetCore.Components;

namespace SalesOs.Dashboard.Components.Keys.Create;

/// <summary>The scopes, each with what it opens. None chosen opens everything, and that asks for a tick of its own.</summary>
public sealed partial class ScopeChoice
{
    [Parameter, EditorRequired]
    public NewKeyForm Form { get; set; } = null!;

    [Parameter]
    public IReadOnlyList<string> Faults { get; set; } = [];

    /// <summary>What else is said of a scope; null: nothing.</summary>
    [Parameter]
    public Func<string, string?>? Beside { get; set; }

    /// <summary>Another choice was made.</summary>
    [Parameter]
    public EventCallback Changed { get; set; }

    private Task ChooseAsync(string scope, bool chosen)
    {
        if (chosen)
        {
            Form.ChosenScopes.Add(scope);
        }
        else
        {
            Form.ChosenScopes.Remove(scope);
        }

        // The tick was for another choice: it must be given anew.
        Form.FullAccessUnderstood = false;
        return Changed.InvokeAsync();
    }
}
