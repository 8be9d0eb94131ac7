using FluentValidation;
using SalesOs.Dashboard.Audit;

namespace SalesOs.Dashboard.Reviews;

public static class ReviewsSetup
{
    public static IServiceCollection AddReviews(this IServiceCollection services) => services
        .AddSingleton<IValidator<NewReview>, NewReviewValidator>()
        .AddSingleton<ReviewService>()
        .AddSingleton<ReviewQueries>()
        .AddSingleton<ReviewReporter>()
        .AddSingleton<IPersonTraces, ReviewTraces>()
        .AddSingleton<ReviewDues>()
        .AddHostedService(provider => provider.GetRequiredService<ReviewDues>());
}
