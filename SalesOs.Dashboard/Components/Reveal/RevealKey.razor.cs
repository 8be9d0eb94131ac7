using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Keys.Samples;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Reveal;

/// <summary>Shows a new key's two values and waits for the first request that is signed with them. Only "I have saved both values" ends it.</summary>
public sealed partial class RevealKey : IDisposable
{
    private IDisposable? staying;
    private CancellationTokenRegistration told;

    [Parameter, EditorRequired]
    public ApiKeys.Reveal Reveal { get; set; } = null!;

    [Parameter, EditorRequired]
    public FirstRequest First { get; set; } = null!;

    /// <summary>Why it could not be ended, in words.</summary>
    [Parameter]
    public string? Trouble { get; set; }

    /// <summary>The reader says that they have both values.</summary>
    [Parameter]
    public EventCallback Saved { get; set; }

    private CreatedKey Created => Reveal.Created;

    private string? Announced { get; set; }

    private bool Busy { get; set; }

    private string BaseAddress => Called.Text;

    private string EnvName => EnvFile.NameFor(Created.Key.Name);

    private string Env => EnvFile.For(Created, BaseAddress);

    public void Dispose()
    {
        Passing.Passed -= OnPassed;
        staying?.Dispose();
        told.Unregister();
    }

    /// <summary>A NavigationLock asks the browser something when it goes, which breaks a circuit whose browser has gone before (a reload, then "saved" in the new page).</summary>
    protected override void OnInitialized()
    {
        told = Stopping.Token.Register(() => _ = InvokeAsync(StateHasChanged));
        Passing.Passed += OnPassed;
        staying = Navigation.RegisterLocationChangingHandler(leaving =>
        {
            leaving.PreventNavigation();
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>The reader's time zone may become known only after the first drawing.</summary>
    private void OnPassed(object? sender, EventArgs e) => _ = InvokeAsync(StateHasChanged);

    private string At(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, CurrentUser.Zone).ToString(Words["ClockFormat"], CultureInfo.CurrentCulture);

    private void Announce(string words) => Announced = words;

    private async Task CopyEnvAsync() => Announced = await Browser.InvokeAsync<bool>("dashboard.copy", Env) ? Words["CopiedEnv"] : KitWords["CopyFailed"];

    private async Task DownloadEnvAsync()
    {
        await Browser.InvokeVoidAsync("dashboard.download", EnvName, Env);
        Announced = Words["DownloadedEnv", ("file", EnvName)];
    }

    private async Task SaveAsync()
    {
        Busy = true;
        try
        {
            await Saved.InvokeAsync();
        }
        finally
        {
            Busy = false;
        }
    }
}
