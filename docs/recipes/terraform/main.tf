variable "db_password" {
  type      = string
  sensitive = true
  default   = "another-horse-staple"
}
resource "terraform_data" "role" {
  input = { name = "deployer", policies = ["AdministratorAccess"] }
}
resource "terraform_data" "database" {
  input            = { name = "crm", password = var.db_password }
  triggers_replace = "v2"
}
resource "terraform_data" "new_bucket" {
  input = "exports-2026"
}
output "role" { value = terraform_data.role.output }
