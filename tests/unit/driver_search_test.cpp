// SPDX-License-Identifier: MIT
// Messages on drivers that cannot be loaded, from real messages of the loader.
#include "offscreen/driver_search.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace parallax {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

LoaderMessage told(std::string text) {
    return {.trouble = false, .text = std::move(text)};
}
LoaderMessage trouble(std::string text) {
    return {.trouble = true, .text = std::move(text)};
}

TEST(DriverSearch, EachFileIsNamedWithWhatItsDriverSaid) {
    const std::vector messages{
        told("Vulkan Loader Version 1.4.309"),
        told("Found ICD manifest file /icd/none.json, version 1.0.0"),
        trouble("libnothing.so: cannot open shared object file: No such file or directory"),
        trouble("loader_icd_scan: Failed loading library associated with ICD JSON libnothing.so. "
                "Ignoring this JSON"),
        told("Found ICD manifest file /icd/libc.json, version 1.0.1"),
        trouble("loader_scanned_icd_add: Attempt to retrieve either 'vkGetInstanceProcAddr' or "
                "'vk_icdGetInstanceProcAddr' from ICD libc.so.6 failed."),
        trouble("loader_get_json: Invalid JSON file /icd/broken.json."),
        trouble("vkCreateInstance: Found no drivers!")};
    EXPECT_THAT(
        explain_driver_search(messages),
        ElementsAre("driver file /icd/none.json: libnothing.so: cannot open shared object file: No "
                    "such file or directory",
                    "driver file /icd/libc.json: Attempt to retrieve either "
                    "'vkGetInstanceProcAddr' or 'vk_icdGetInstanceProcAddr' from ICD libc.so.6 "
                    "failed.",
                    "Invalid JSON file /icd/broken.json."));
}

TEST(DriverSearch, WhatIsQuotedOfAFileIsNothingThatATerminalObeys) {
    const std::vector messages{told("Found ICD manifest file /icd/\x1b[2J.json, version 1.0.0"),
                               trouble("lib\xff\x1b[2J.so: cannot open shared object file")};
    EXPECT_THAT(explain_driver_search(messages),
                ElementsAre("driver file /icd/?[2J.json: lib??[2J.so: cannot open shared object "
                            "file"));
}

TEST(DriverSearch, ADriverThatWasLoadedAndFailedThenIsNamed) {
    const std::vector messages{
        told("Found ICD manifest file /icd/lost.json, version 1.0.0"),
        told("Found ICD manifest file /icd/well.json, version 1.0.0"),
        trouble("terminator_CreateInstance: Received return code -3 from call to vkCreateInstance "
                "in ICD liblost.so. Skipping this driver.")};
    EXPECT_THAT(explain_driver_search(messages),
                ElementsAre("driver file /icd/lost.json: its driver was loaded",
                            "driver file /icd/well.json: its driver was loaded",
                            HasSubstr("Received return code -3")));
}

TEST(DriverSearch, WhatIsSaidOfLayersIsNotSaidOfADriver) {
    const std::vector messages{
        told("Found ICD manifest file /icd/well.json, version 1.0.1"),
        trouble("env var 'VK_INSTANCE_LAYERS' defined and adding layers \"VK_LAYER_ours\""),
        trouble("liblayer.so: cannot open shared object file: No such file or directory")};
    EXPECT_THAT(explain_driver_search(messages),
                ElementsAre("driver file /icd/well.json: its driver was loaded",
                            HasSubstr("VK_INSTANCE_LAYERS"), HasSubstr("liblayer.so")));
}

TEST(DriverSearch, ThatNothingIsInstalledIsSaidOfNoFiles) {
    const std::vector messages{trouble("vkCreateInstance: Found no drivers!")};
    EXPECT_THAT(explain_driver_search(messages),
                ElementsAre(HasSubstr("there is no driver file; is a driver installed")));
}

} // namespace
} // namespace parallax
