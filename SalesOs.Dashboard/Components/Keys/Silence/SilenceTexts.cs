namespace SalesOs.Dashboard.Components.Keys.Silence;

/// <summary>Names the resource of the words on how long a key is silent and how often it normally calls.</summary>
public sealed class SilenceTexts;
