using System.Globalization;
using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Notices;

namespace SalesOs.Dashboard.Components.KeyDetail.AlsoTell;

/// <summary>Who is told of this key alone, beside those who are told of all.</summary>
public sealed partial class AlsoTellSection
{
    private Guid? loaded;

    [Parameter, EditorRequired]
    public Guid KeyId { get; set; }

    [Parameter]
    public bool CanManage { get; set; }

    private IReadOnlyList<EmailView> Shown { get; set; } = [];

    private string Address { get; set; } = "";

    private IReadOnlyList<string> Faults { get; set; } = [];

    private bool Busy { get; set; }

    protected override async Task OnParametersSetAsync()
    {
        if (loaded != KeyId)
        {
            (loaded, Shown, Address, Faults) = (KeyId, [], "", []);
            await TryAsync(async () => await LoadAsync(await Session.PeekAsync()));
        }
    }

    /// <summary>The field is free for the next address at once; one that is refused comes back into it.</summary>
    private Task AddAsync() => TryAsync(async () =>
    {
        var (address, key) = (Address, KeyId);
        Address = "";
        var isAdded = false;
        try
        {
            if (await Session.GetAsync() is not { } caller)
            {
                return;
            }

            var added = await Emails.AddAsync(new NewEmail(address, CultureInfo.CurrentUICulture.Name, KeyId: key), caller);
            (isAdded, Faults) = (added.Done, added.Error is { } error ? [FaultWords.Say(error)] : []);
            if (isAdded)
            {
                await LoadAsync(caller);
            }
        }
        finally
        {
            Address = isAdded || Address.Length > 0 ? Address : address;
        }
    });

    private Task RemoveAsync(Guid id) => TryAsync(async () =>
    {
        if (await Session.GetAsync() is { } caller)
        {
            // Somebody else may have taken it away already, which is what was asked for.
            var removed = await Emails.RemoveAsync(id, caller);
            Faults = removed.Error is { Reason: not ErrorReason.NotFound } error ? [FaultWords.Say(error)] : [];
            await LoadAsync(caller);
        }
    });

    private async Task LoadAsync(Caller? caller)
    {
        if (caller is not null && await Emails.ListAsync(caller, KeyId) is { Done: true } list)
        {
            Shown = list.Value;
        }
    }

    private async Task TryAsync(Func<Task> act)
    {
        if (Busy)
        {
            return;
        }

        (Busy, Faults) = (true, []);
        try
        {
            await act();
        }
        catch (Exception fault)
        {
            LogNotDone(Logger, fault);
            Faults = [FaultWords.NotDone];
        }
        finally
        {
            Busy = false;
        }
    }

    [LoggerMessage(5213, LogLevel.Error, "Who is also told of an API key could not be loaded or changed.")]
    private static partial void LogNotDone(ILogger logger, Exception fault);
}
