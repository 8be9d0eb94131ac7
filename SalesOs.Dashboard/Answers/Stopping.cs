namespace SalesOs.Dashboard.Answers;

/// <summary>
/// Whether the program has been told to stop. It serves on for a while: answers end their connections, open pages say what comes, and no key is made whose values
/// would have to be shown later. The host's own <c>ApplicationStopping</c> comes after that, because with it SignalR cuts every open page off.
/// </summary>
public sealed class Stopping : IDisposable
{
    private readonly CancellationTokenSource told = new();

    public Stopping() => Token = told.Token;

    /// <summary>Cancelled when the program is told. Who registers later is called at once.</summary>
    public CancellationToken Token { get; }

    public bool IsTold => Token.IsCancellationRequested;

    /// <summary>Calls all who have registered, on this thread. Telling it again does nothing.</summary>
    public void Tell() => told.Cancel();

    public void Dispose() => told.Dispose();
}
