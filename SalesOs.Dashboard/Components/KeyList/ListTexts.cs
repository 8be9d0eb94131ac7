namespace SalesOs.Dashboard.Components.KeyList;

/// <summary>Names the resource of what surrounds the list of keys: figures, finding, selecting, shortcuts.</summary>
public sealed class ListTexts;
