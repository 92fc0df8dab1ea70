# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# GPUs that are pretended: Mesa's libraries "drm-shim" answer in place of a GPU's kernel driver, so
# that the real Vulkan driver runs on a machine without it, answers every question and compiles.
# They execute nothing and import no dma-buf. Drivers that Debian builds for another architecture alone
# run in its machine.

# Each with its name here, the driver's architecture, the names of Vulkan driver and shim, what tells the
# shim the chip, and what it is.
readonly gpus='
stoney     amd64 radeon    amdgpu    AMDGPU_GPU_ID=stoney    AMD GCN 3 (Stoney)
polaris10  amd64 radeon    amdgpu    AMDGPU_GPU_ID=polaris10 AMD GCN 4 (Polaris 10)
vega10     amd64 radeon    amdgpu    AMDGPU_GPU_ID=vega10    AMD GCN 5 (Vega 10)
renoir     amd64 radeon    amdgpu    AMDGPU_GPU_ID=renoir    AMD GCN 5 (Renoir)
navi10     amd64 radeon    amdgpu    AMDGPU_GPU_ID=navi10    AMD RDNA 1 (Navi 10)
navi21     amd64 radeon    amdgpu    AMDGPU_GPU_ID=navi21    AMD RDNA 2 (Navi 21)
navi31     amd64 radeon    amdgpu    AMDGPU_GPU_ID=navi31    AMD RDNA 3 (Navi 31)
gfx1201    amd64 radeon    amdgpu    AMDGPU_GPU_ID=gfx1201   AMD RDNA 4 (GFX1201)
a618       amd64 freedreno freedreno FD_GPU_ID=618           Qualcomm Adreno 618
a630       amd64 freedreno freedreno FD_GPU_ID=630           Qualcomm Adreno 630
a740       amd64 freedreno freedreno FD_GPU_ID=740           Qualcomm Adreno 740
gm200      amd64 nouveau   nouveau   NOUVEAU_CHIPSET=120     NVIDIA Maxwell (GM200)
tu104      amd64 nouveau   nouveau   NOUVEAU_CHIPSET=164     NVIDIA Turing (TU104)
ga102      amd64 nouveau   nouveau   NOUVEAU_CHIPSET=172     NVIDIA Ampere (GA102)
m1         amd64 asahi     asahi     -                       Apple M1
g610       arm64 panfrost  panfrost  PAN_GPU_ID=a867         Arm Mali-G610
g310       arm64 panfrost  panfrost  PAN_GPU_ID=ac74         Arm Mali-G310
v3d42      arm64 broadcom  v3d       -                       Broadcom V3D 4.2 (Raspberry Pi 4)
'

# gpu_names: one a line.
gpu_names() { awk 'NF { print $1 }' <<<"$gpus"; }

# gpu_find NAME: sets gpu_arch, gpu_driver, gpu_shim, gpu_chip and gpu_title.
gpu_find() {
	local name
	while read -r name gpu_arch gpu_driver gpu_shim gpu_chip gpu_title; do
		[[ $name != "$1" ]] || return 0
	done <<<"$gpus"
	usage_error "no GPU is named '$1'" "The GPUs are: $(gpu_names | paste -sd ' ')"
}

# gpu_helper: the library of tests/gpus that the driver needs beside the shim, as a target of CMake.
gpu_helper() { [[ $gpu_driver != broadcom ]] || echo pretended-v3d; }

# gpu_words ARRAY [LIBRARY]: sets ARRAY to the words before a command for which that GPU's driver is the
# only one of Vulkan's, where the driver's architecture runs. LIBRARY is loaded before the shim.
gpu_words() {
	local -n words_=$1
	local library libraries=${2:+$2:}
	arch_take "$gpu_arch"
	for library in $(gpu_helper); do libraries+=$project/build/$arch_preset/tests/gpus/$library.so:; done
	words_=(env "VK_DRIVER_FILES=/usr/share/vulkan/icd.d/${gpu_driver}_icd.json"
		"LD_PRELOAD=$libraries$arch_libraries/lib${gpu_shim}_noop_drm_shim.so")
	[[ $gpu_chip == - ]] || words_+=("$gpu_chip")
}

# gpu_place NAME: finds that GPU, and sets the array gpu_where to what runs a command where its driver
# does: in the room, or in the machine of the driver's architecture, without the module.
gpu_place() {
	gpu_find "$1"
	gpu_where=(in_room)
	[[ $gpu_arch != "$arch_host" ]] || return 0
	machine_kernel=$(kernel_names_foreign "$gpu_arch" | tail -n 1) machine_module=0
	kernel_need "$machine_kernel"
	gpu_where=(machine_run)
}

# gpu_build [TARGET...]: builds all programs for that GPU's driver, or these targets and its library.
gpu_build() {
	# shellcheck disable=SC2046 # a word, or none
	[[ $# -eq 0 ]] || set -- "$@" $(gpu_helper)
	build_programs_for "$gpu_arch" "$@"
}

# with_gpu NAME CMD...: runs CMD, the program, with that GPU's driver.
with_gpu() {
	local gpu_arch gpu_driver gpu_shim gpu_chip gpu_title
	local -a gpu_where words
	gpu_place "$1"
	[[ $gpu_arch == "$arch_host" ]] || gpu_build parallax-program
	gpu_words words
	"${gpu_where[@]}" "${words[@]}" "${@:2}"
}
