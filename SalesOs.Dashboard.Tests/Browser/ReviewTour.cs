using SalesOs.Dashboard.Components.Reviews;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>The screens of reviews and of keys without an owner, as a part of the <see cref="Tour"/>.</summary>
internal sealed class ReviewTour(Viewer viewer)
{
    public async Task WalkAsync(Person admin)
    {
        await admin.Page.GotoAsync(ReviewAddress.List);
        await admin.LiveAsync();
        await viewer.StopAsync("reviews", admin);
        await admin.Button(admin.Says("Open a review…")).ClickAsync();
        await admin.Page.GetByLabel(admin.Says("Those that a filter finds")).CheckAsync();
        await viewer.StopAsync("review-open", admin);
        await Tour.CloseAsync(admin, "Cancel");
        await admin.Page.Locator(".items .name").First.ClickAsync();
        await admin.ArriveAsync("/integrations/reviews/[0-9a-f-]+$");
        await admin.LiveAsync();
        await viewer.StopAsync("review", admin, fullPage: true);
        // Each is called by its key as well.
        await admin.Page.Locator(".items .acts button").Filter(new() { HasText = admin.Says("Retire…") }).First.ClickAsync();
        await admin.Page.GetByLabel(admin.Says("Reason")).WaitForAsync();
        await viewer.StopAsync("review-retire", admin);
        await Tour.CloseAsync(admin, "Cancel");
        await admin.Page.GotoAsync(ReviewAddress.WithoutOwner);
        await admin.LiveAsync();
        await viewer.StopAsync("without-owner", admin, fullPage: true);
        await admin.Button(admin.Says("Change owner…")).First.ClickAsync();
        await admin.Page.GetByLabel(admin.Says("New owner")).WaitForAsync();
        await viewer.StopAsync("change-owner", admin);
        await Tour.CloseAsync(admin, "Cancel");
    }
}
