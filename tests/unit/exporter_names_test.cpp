// SPDX-License-Identifier: MIT
#include "contract/sources.hpp"
#include "exporters/exporters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace parallax {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(ExporterNames, AreUniqueAndTheProjectsOwnIsFirst) {
    std::set<std::string_view> names;
    for (const ExporterKind& kind : all_exporter_kinds()) {
        EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
        EXPECT_FALSE(kind.summary.empty()) << kind.name;
    }
    EXPECT_EQ(all_exporter_kinds().front().name, "exporter");
}

/// The contract tests run over a list of their own, since each exporter needs a driver to be
/// loaded.
TEST(ExporterNames, AreThoseThatTheContractTestsHave) {
    for (const ExporterKind& kind : all_exporter_kinds()) {
        // tests/camera/sources.cpp has v4l2, and tests/contract/given_buffer_test.cpp given
        // buffers.
        if (kind.name == "v4l2" || kind.is_given) {
            continue;
        }
        std::string name(kind.name); // as the name of a test
        std::ranges::replace(name, '-', '_');
        const bool tested = std::ranges::any_of(test::sources(), [&](const test::Source& source) {
            return source.name == name || source.name.starts_with(name + "_of_");
        });
        EXPECT_TRUE(tested) << kind.name << " is not in tests/contract/sources.cpp";
    }
}

TEST(ExporterNames, ShowTheirDevices) {
    EXPECT_THAT(exporter_names(), StartsWith("exporter, system, udmabuf, udmabuf-huge, dumb[:"));
    EXPECT_THAT(exporter_names(), HasSubstr("vgem, v4l2[:/dev/videoN], vulkan[:DEVICE], fd:N"));
}

TEST(ExporterNames, MayHaveADeviceWhereThereIsAChoice) {
    for (const char* const name : {"exporter", "/dev/dma_heap/any", "dumb", "dumb:/dev/dri/card9",
                                   "vgem", "vulkan:1", "fd:3", "socket:a:b"}) {
        EXPECT_EQ(refuse_exporter_name(name), "") << name;
    }
}

TEST(ExporterNames, ThatCannotBeAreRefused) {
    EXPECT_THAT(refuse_exporter_name("nonsense"), StartsWith("no exporter is named 'nonsense'"));
    EXPECT_THAT(refuse_exporter_name("nonsense:1"), StartsWith("no exporter is named"));
    EXPECT_THAT(refuse_exporter_name(""), StartsWith("no exporter is named ''"));
    EXPECT_EQ(refuse_exporter_name("fd"), "write this exporter as fd:N, not 'fd'");
    EXPECT_EQ(refuse_exporter_name("gbm:"),
              "write this exporter as gbm[:/dev/dri/...], not 'gbm:'");
    EXPECT_EQ(refuse_exporter_name("system:1"), "write this exporter as system, not 'system:1'");
}

std::string refusal(const std::string& name) {
    const auto opened = open_any_exporter(name);
    return opened ? "opened" : opened.error().front();
}

TEST(ExporterNames, OfAnotherFileAreRefusedWithTheReason) {
    EXPECT_THAT(refusal("dumb:/dev/null"), StartsWith("/dev/null is no DRM device"));
    EXPECT_THAT(refusal("gbm:/dev/null"), StartsWith("/dev/null is no DRM device"));
    EXPECT_THAT(refusal("gbm:/dev/dri/nothing"), StartsWith("/dev/dri/nothing does not exist"));
    EXPECT_EQ(refusal("v4l2:/dev/null"), "/dev/null is no V4L2 device");
    EXPECT_EQ(refusal("fd:900"), "the caller has passed no file descriptor 900");
    EXPECT_EQ(refusal("fd:-1"), "write this exporter as fd:N, not 'fd:-1'");
    EXPECT_EQ(refusal("fd:1x"), "write this exporter as fd:N, not 'fd:1x'");
    EXPECT_EQ(refusal("fd:99999999999"), "'99999999999' is no number of a file descriptor");
    EXPECT_THAT(refusal("socket:/nowhere"), StartsWith("/nowhere is no socket of parallax share"));
    EXPECT_THAT(refusal("nonsense"), StartsWith("no exporter is named 'nonsense'"));
}

TEST(ExporterNames, ListEachKindOnce) {
    std::set<std::string> names;
    for (const ListedExporter& exporter : exporters_here()) {
        EXPECT_TRUE(names.insert(exporter.name).second) << exporter.name;
        EXPECT_EQ(
            refuse_exporter_name(exporter.kind->is_given ? exporter.name + ":1" : exporter.name),
            "");
    }
    for (const ExporterKind& kind : all_exporter_kinds()) {
        EXPECT_TRUE(names.contains(std::string(kind.name))) << kind.name;
    }
}

} // namespace
} // namespace parallax
