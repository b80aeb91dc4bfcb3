// Says so at once when a file is too large, instead of after the upload. The server checks all the same.
const input = document.querySelector("input[type=file]");
input.addEventListener("change", () => {
  const limit = Number(input.form.dataset.limit);
  const tooLarge = [...input.files].some((file) => file.size > limit);
  input.setCustomValidity(tooLarge ? `This file is larger than ${limit / 2 ** 20} MB. Choose a smaller one.` : "");
  input.reportValidity();
});
