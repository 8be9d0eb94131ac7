using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Tests.Components;

/// <summary>Whoever is signed in just now; null: nobody.</summary>
internal sealed class Somebody(Func<Caller?> who) : SessionCaller
{
    public override Task<Caller?> GetAsync() => Task.FromResult(who());

    public override Task<Caller?> PeekAsync() => Task.FromResult(who());
}
