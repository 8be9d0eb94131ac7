using SalesOs.Dashboard.Components.Kit;

namespace SalesOs.Dashboard.Tests.Components.Kit;

public sealed class OwnNavigationsTests
{
    private readonly OwnNavigations navigations = new();

    [Fact]
    public void Arrive_OneThatALaterHasReplaced_IsNotTaken()
    {
        navigations.Add("?status=active");
        navigations.Add("?status=active&scope=leads");

        navigations.Arrive("?status=active").ShouldBeFalse();
        navigations.Arrive("?status=active&scope=leads").ShouldBeTrue();
    }

    [Fact]
    public void Arrive_OneThatTheBrowserPassedOver_IsNotWaitedFor()
    {
        navigations.Add("?status=active");
        navigations.Add("?status=active&scope=leads");

        navigations.Arrive("?status=active&scope=leads").ShouldBeTrue();
    }

    [Fact]
    public void Arrive_OneThatThePageDidNotSendTo_IsTakenAndEndsTheWaiting()
    {
        navigations.Add("?status=active");

        navigations.Arrive("?search=crm").ShouldBeTrue();
        navigations.Arrive("?status=active").ShouldBeTrue();
    }
}
