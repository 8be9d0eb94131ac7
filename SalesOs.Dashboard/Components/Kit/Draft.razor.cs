using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using MudBlazor;

namespace SalesOs.Dashboard.Components.Kit;

/// <summary>
/// The buttons of a form, which throws nothing away that was typed without asking: neither by its Cancel button and Escape nor by a way to another page. It also marks the form
/// for <c>unsent.js</c>, which keeps what was typed while the line is cut, and over a page that begins anew.
/// </summary>
public sealed partial class Draft
{
    private MudButton? goOn;
    private string? target;
    private bool asks;
    private bool focusQuestion;
    private bool focusForm;
    private bool leaves;

    /// <summary>What is filled in, by a word that the page knows to open it again by.</summary>
    [Parameter, EditorRequired]
    public string Kind { get; set; } = "";

    /// <summary>What the form is about, by their ids.</summary>
    [Parameter]
    public IEnumerable<Guid> Keys { get; set; } = [];

    /// <summary>Names the one act of the form.</summary>
    [Parameter]
    public Guid? Once { get; set; }

    /// <summary>Whether something was typed or chosen that would be lost. Asked at the moment of leaving: what is sent already may lead to another page.</summary>
    [Parameter, EditorRequired]
    public Func<bool> Touched { get; set; } = null!;

    /// <summary>The form stays while only the query of its page's address changes.</summary>
    [Parameter]
    public bool OutlivesQuery { get; set; }

    /// <summary>The reader gives the form up.</summary>
    [Parameter, EditorRequired]
    public EventCallback Leave { get; set; }

    /// <summary>The buttons after Cancel.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (focusQuestion && goOn is not null)
        {
            focusQuestion = false;
            await goOn.FocusAsync();
        }

        if (focusForm)
        {
            focusForm = false;
            await Browser.InvokeVoidAsync("unsent.focusForm", Kind);
        }
    }

    private Task CancelAsync()
    {
        if (!Touched())
        {
            return Leave.InvokeAsync();
        }

        Ask(to: null);
        return Task.CompletedTask;
    }

    private void BeforeGoing(LocationChangingContext going)
    {
        var isOwn = OutlivesQuery && Navigation.ToAbsoluteUri(going.TargetLocation).AbsolutePath == new Uri(Navigation.Uri).AbsolutePath;
        if (Touched() && !leaves && !isOwn)
        {
            going.PreventNavigation();
            Ask(going.TargetLocation);
        }
    }

    private void Ask(string? to)
    {
        (target, asks, focusQuestion) = (to, true, true);
        StateHasChanged();
    }

    private void GoOn() => (asks, focusForm) = (false, true);

    private async Task DiscardAsync()
    {
        (asks, leaves) = (false, true);
        await Leave.InvokeAsync();
        if (target is not null)
        {
            Navigation.NavigateTo(target);
        }
    }
}
