// SPDX-License-Identifier: MIT
#include "window/orbit_camera.hpp"

#include <glm/vec4.hpp>
#include <gtest/gtest.h>

#include <cmath>

namespace parallax::demo {
namespace {

constexpr glm::vec2 scene_size{6.0F, 1.0F};

glm::vec3 project(const OrbitCamera& camera, glm::vec3 point, float aspect) {
    const glm::vec4 clip = camera.transform(scene_size, aspect) * glm::vec4(point, 1.0F);
    return glm::vec3(clip) / clip.w;
}

TEST(OrbitCamera, StraightOnTheSceneFitsExactlyInAWideAndInATallWindow) {
    const OrbitCamera camera;
    EXPECT_NEAR(project(camera, {3, 0, 0}, 2.0F).x, 1.0F, 1e-4F); // the width decides
    EXPECT_NEAR(project(camera, {-3, 0, 0}, 2.0F).x, -1.0F, 1e-4F);
    EXPECT_NEAR(project(camera, {0, 0.5F, 0}, 12.0F).y, -1.0F, 1e-4F); // the height does; y is down
    EXPECT_LT(std::abs(project(camera, {3, 0, 0}, 12.0F).x), 1.0F);
}

TEST(OrbitCamera, OrbitTurnsWithoutMovingTheMiddle) {
    OrbitCamera camera;
    camera.orbit({30, 20});
    EXPECT_FALSE(camera.is_straight_on());
    EXPECT_NEAR(project(camera, {0, 0, 0}, 2.0F).x, 0.0F, 1e-5F);
    EXPECT_NEAR(project(camera, {0, 0, 0}, 2.0F).y, 0.0F, 1e-5F);
    // Seen from the right, the right side is nearer, so larger.
    const float left =
        project(camera, {-1, 0.5F, 0}, 2.0F).y - project(camera, {-1, -0.5F, 0}, 2.0F).y;
    const float right =
        project(camera, {1, 0.5F, 0}, 2.0F).y - project(camera, {1, -0.5F, 0}, 2.0F).y;
    EXPECT_GT(std::abs(right), std::abs(left));
}

TEST(OrbitCamera, StopsShortOfLookingAlongThePanels) {
    OrbitCamera camera;
    camera.orbit({1000, -1000});
    EXPECT_EQ(camera.angles(), glm::vec2(75, -75));
    for (const float x : {-3.0F, 3.0F}) { // all of it stays before the eye
        EXPECT_GT((camera.transform(scene_size, 2.0F) * glm::vec4(x, 0.5F, 0, 1)).w, 0.0F);
    }
}

TEST(OrbitCamera, ZoomMagnifiesWithinLimits) {
    OrbitCamera camera;
    camera.zoom(2);
    EXPECT_NEAR(project(camera, {1.5F, 0, 0}, 2.0F).x, 1.0F, 1e-4F);
    camera.zoom(1e9F);
    EXPECT_EQ(camera.magnification(), 64.0F);
    camera.zoom(1e-9F);
    EXPECT_EQ(camera.magnification(), 0.25F);
}

TEST(OrbitCamera, OneStepBackToStraightOn) {
    OrbitCamera camera;
    camera.orbit({10, 5});
    camera.zoom(3);
    camera.straight_on();
    EXPECT_TRUE(camera.is_straight_on());
    EXPECT_EQ(camera, OrbitCamera{});
}

} // namespace
} // namespace parallax::demo
