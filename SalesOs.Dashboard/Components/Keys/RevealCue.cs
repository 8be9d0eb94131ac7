namespace SalesOs.Dashboard.Components.Keys;

/// <summary>How a page lets the frame know, within one circuit, that it has made a key whose values are to be shown now.</summary>
public sealed class RevealCue
{
    /// <summary>Told of the key that was made.</summary>
    internal Action<Guid>? Shower { get; set; }

    public void Give(Guid keyId) => Shower?.Invoke(keyId);
}
