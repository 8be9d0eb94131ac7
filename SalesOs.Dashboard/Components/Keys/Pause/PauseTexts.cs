namespace SalesOs.Dashboard.Components.Keys.Pause;

/// <summary>Names the resource of the words on pausing and resuming.</summary>
public sealed class PauseTexts;
