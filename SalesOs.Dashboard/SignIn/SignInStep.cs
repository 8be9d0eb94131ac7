namespace SalesOs.Dashboard.SignIn;

/// <summary>Metadata of a route that anyone may ask for only so often a minute, since each call costs the program or the provider something.</summary>
public sealed record SignInStep(string Name)
{
    public static SignInStep Begin { get; } = new("begin");

    public static SignInStep End { get; } = new("end");
}
