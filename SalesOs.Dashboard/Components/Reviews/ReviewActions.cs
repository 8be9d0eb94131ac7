using Microsoft.AspNetCore.Components;
using MudBlazor;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Reviews;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Components.Reviews;

/// <summary>What people do in reviews: open one, and say what becomes of its keys.</summary>
public sealed class ReviewActions(ReviewService service, KeyActions actions, SessionCaller session, Dialogs dialogs, NavigationManager navigation, Words<ReviewTexts> words)
{
    /// <param name="opened">What to do with the new review, such as going there.</param>
    public Task OpenOpenAsync(LiveLoad page, Action<Guid> opened) => dialogs.ShowAsync<OpenReviewDialog>(words["OpenTitle"], new DialogParameters<OpenReviewDialog>
    {
        {
            d => d.Open, request => page.ActAsync(caller => service.OpenAsync(request, caller), id =>
            {
                actions.Tell(words["Opened"]);
                opened(id);
            })
        },
    });

    /// <summary>Asks for the reason first. Whoever narrows goes on to the key's form.</summary>
    public async Task OpenDecideAsync(LiveLoad page, Guid review, IReadOnlyList<ReviewedKeyView> keys, ReviewChoice decision)
    {
        if (await session.GetAsync() is { } asking)
        {
            await dialogs.ShowAsync<DecideDialog>(words["DecideTitle_" + decision], new DialogParameters<DecideDialog>
            {
                { d => d.Review, review },
                { d => d.Keys, keys },
                { d => d.Decision, decision },
                { d => d.CanPause, asking.CanManageKeys },
                { d => d.Decide, reason => DecideAsync(page, review, keys, decision, reason) },
            });
        }
    }

    private Task<Error?> DecideAsync(LiveLoad page, Guid review, IReadOnlyList<ReviewedKeyView> keys, ReviewChoice decision, string reason) => page.ActAsync(
        caller => service.DecideAsync(review, [.. keys.Select(k => k.Key.KeyId)], decision, reason, caller),
        done =>
        {
            actions.Tell(words["Decided_" + decision, ("count", done.Keys), ("paused", done.Paused)]);
            if (decision == ReviewChoice.Narrow && keys is [var only])
            {
                navigation.NavigateTo(KeyLinks.ToNarrow(only.Key.KeyId));
            }
        });
}
