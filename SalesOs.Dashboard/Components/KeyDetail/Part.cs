namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>One part of a page: not there yet, there, or that it could not be loaded. The parts stand for themselves: when one fails the others are shown.</summary>
public sealed record Part<T>(T? Value, bool Failed = false)
    where T : class
{
    public static Part<T> Waiting { get; } = new(Value: null);

    public static Part<T> Broken { get; } = new(Value: null, Failed: true);
}
