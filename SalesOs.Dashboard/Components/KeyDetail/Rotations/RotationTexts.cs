namespace SalesOs.Dashboard.Components.KeyDetail.Rotations;

/// <summary>Names the resource of the words on how far a rotation has come.</summary>
public sealed class RotationTexts;
